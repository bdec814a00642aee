import { afterEach, describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { FakeOutgoing, incoming, publishing, traceparent } from '../../test/fake-messages.ts';
import { captureWarnings, fakeAdapter, setUp, type TestBed } from '../../test/test-bed.ts';
import { overrideMethod, traceOnce } from '../adapter-tools/trace-once.ts';
import { settleMessages } from '../operations/process/process-messages.ts';
import { createWaybill } from './create-waybill.ts';
import type { WaybillOptions } from './options.ts';

const traceable = { by: 'traceClient', wanted: 'a client', from: 'connect()', methods: ['send'] };

afterEach(() => {
  delete process.env.WAYBILL_DISABLED;
});

function traceClient<C extends { send(): string }>(client: C, options: WaybillOptions = {}): C {
  return traceOnce(client, createWaybill(options), fakeAdapter, traceable, () =>
    overrideMethod(client, 'send', () => () => 'traced'),
  );
}

describe('a Waybill that is switched off', () => {
  it.each<[string, () => TestBed]>([
    ['by its policy', () => setUp({ policy: { enabled: false } })],
    [
      'by the environment',
      () => {
        process.env.WAYBILL_DISABLED = 'true';
        return setUp({ policy: { enabled: true } });
      },
    ],
  ])('%s does nothing', async (_how, make) => {
    const testBed = make();
    const seen: string[] = [];
    testBed.waybill.use({ publish: (_call, next) => seen.push('publish') && next() });
    const { instrumenter } = testBed;
    const message = new FakeOutgoing();
    const queue = { destination: 'orders', queueKey: 'orders' };
    const headers = { traceparent: traceparent() };

    expect(instrumenter.isIdle).toBe(true);
    expect(await instrumenter.publish(publishing([message]))).toBe('sent');
    instrumenter.capture(message);
    const active = instrumenter.process({ messages: [incoming({ headers })], batch: false }, () =>
      trace.getSpan(context.active()),
    );
    const open = instrumenter.open({ messages: [incoming({ headers })], batch: false });
    expect([open.isObserved, open.run(() => 5)]).toEqual([false, 5]);
    open.tell({ 'fake.failures': 2 });
    open.end();
    expect(await instrumenter.receive({ ...queue, invoke: async () => 'got', messages: () => [] })).toBe(
      'got',
    );
    instrumenter.openReceive({ ...queue, messages: () => [] }).succeeded('got');
    const settling = { ...queue, operation: 'ack', receipts: [1], batch: false };
    expect(instrumenter.settle({ ...settling, invoke: () => 'acked' })).toBe('acked');

    expect(instrumenter.command({ operation: 'pause', queue, invoke: () => 'paused' })).toBe('paused');

    expect(active).toBeUndefined();
    expect(message.carrier).toEqual({});
    expect(seen).toEqual([]);
    expect(testBed.spans).toEqual([]);
    expect((await testBed.metric('messaging.client.sent.messages')).points).toEqual([]);
  });

  it('leaves a client as it is', () => {
    const client = { send: () => 'bare' };
    const { send } = client;

    expect(traceClient(client, { policy: { enabled: false } })).toBe(client);
    expect(client.send).toBe(send);
    expect(traceClient(client).send()).toBe('traced');
  });

  it('still keeps the order of messages that have one, and says nothing of messages that it does not know', async () => {
    const testBed = setUp({ policy: { enabled: false } });
    const natives = ['a-1', 'a-2', 'b-1'].map((name) => ({ name }));
    await testBed.instrumenter.receive({
      destination: 'orders',
      queueKey: 'orders',
      invoke: async () => natives,
      messages: (answer) =>
        answer.map((native) => incoming({ native, orderingKey: native.name.charAt(0), id: native.name })),
    });
    const results = await settleMessages(
      [...natives, { name: 'c-1' }],
      async ({ name }) => {
        if (name === 'a-1') throw new Error('full');
      },
      { concurrency: 4 },
    );

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
    expect(testBed.warnings).toEqual([]);
  });

  it('wraps a client whose messages have an order', () => {
    const waybill = createWaybill({ policy: { enabled: false } });
    const client = { send: () => 'bare' };
    traceOnce(client, waybill, fakeAdapter, { ...traceable, keepsOrder: true }, () =>
      overrideMethod(client, 'send', () => () => 'wrapped'),
    );

    expect(client.send()).toBe('wrapped');
  });

  it.each(['true', 'TRUE', ' True '])('is off by WAYBILL_DISABLED=%j', (value) => {
    process.env.WAYBILL_DISABLED = value;

    expect(traceClient({ send: () => 'bare' }).send()).toBe('bare');
  });

  it.each(['false', '', '0', 'yes'])('is on by WAYBILL_DISABLED=%j', (value) => {
    process.env.WAYBILL_DISABLED = value;

    expect(traceClient({ send: () => 'bare' }).send()).toBe('traced');
  });

  it('says of a value that is neither true nor false that it has no effect', () => {
    const warnings = captureWarnings();
    process.env.WAYBILL_DISABLED = 'on';
    createWaybill();

    expect(warnings).toEqual([expect.stringContaining('WAYBILL_DISABLED: "on" is neither true nor false')]);
  });

  it('still refuses a policy that is wrong', () => {
    process.env.WAYBILL_DISABLED = 'true';

    expect(() => createWaybill({ policy: { enabled: 'no' } as never })).toThrow(
      'policy.enabled: "no" is unknown. Write true or false.',
    );
  });
});
