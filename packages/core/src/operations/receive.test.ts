import { describe, expect, it, jest } from '@jest/globals';
import { context, SpanKind } from '@opentelemetry/api';
import { incoming, spanId, traceId, traceparent } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import type { ReceiveCall } from '../seam/calls.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import { processMessage } from './process/process-message.ts';

describe('receiving', () => {
  it('gives what the client gives', async () => {
    const testBed = setUp();
    const answer = { Messages: [] };

    await expect(
      testBed.instrumenter.receive({ ...receiving([]), invoke: async () => answer }),
    ).resolves.toBe(answer);
  });

  it.each<[string, Parameters<typeof setUp>[0], boolean, boolean]>([
    ['a poll loop has none', {}, false, false],
    ['inside another span there is one', {}, true, true],
    ['asked for always, there is one without another span', { receiveSpans: 'always' }, false, true],
    ['asked for never, there is none inside another span', { receiveSpans: 'never' }, true, false],
  ])('makes a span if it is of use: %s', async (_case, options, ambient, expected) => {
    const testBed = setUp(options);
    const receive = (): Promise<unknown> => testBed.instrumenter.receive(receiving([incoming()]));

    await (ambient ? testBed.within('invocation', receive) : receive());

    expect(testBed.spans.map(({ name }) => name).filter((name) => name !== 'invocation')).toEqual(
      expected ? ['receive orders'] : [],
    );
    expect((await testBed.metric('messaging.client.operation.duration')).points).toHaveLength(1);
  });

  it.each([
    ['ambient', 0],
    ['always', 1],
  ] as const)('is no part of the trace of a span that has ended: %s', async (receiveSpans, expected) => {
    const testBed = setUp({ receiveSpans });
    const around = testBed.within('start-up', () => context.active());

    await context.with(around, () => testBed.instrumenter.receive(receiving([incoming()])));

    const spans = testBed.spans.filter(({ name }) => name === 'receive orders');
    expect(spans).toHaveLength(expected);
    expect(spans.every(({ parentSpanContext }) => parentSpanContext === undefined)).toBe(true);
  });

  it('makes no span for an empty poll, but records its duration', async () => {
    const testBed = setUp({ receiveSpans: 'always' });

    await testBed.instrumenter.receive(receiving([]));

    expect(testBed.spans).toEqual([]);
    expect((await testBed.metric('messaging.client.operation.duration')).points).toMatchObject([
      { attributes: { 'messaging.operation.name': 'receive' }, value: { count: 1 } },
    ]);
    expect((await testBed.metric('messaging.client.consumed.messages')).points).toEqual([]);
  });

  it('makes a client span that links to the messages and lasts as long as the call', async () => {
    const testBed = setUp({ receiveSpans: 'always' });
    let answered = 0;
    const messages = [
      incoming({ id: 'm-1', headers: { traceparent: traceparent() } }),
      incoming({ id: 'm-2' }),
      incoming({ id: 'm-3', headers: { traceparent: traceparent() } }),
    ];

    await testBed.instrumenter.receive({
      ...receiving(messages),
      async invoke() {
        const called = Date.now();
        while (Date.now() === called) await new Promise(setImmediate);
        answered = Date.now();
      },
      describe(attributes) {
        attributes['fake.url'] = 'http://orders';
      },
    });

    const span = testBed.span('receive orders');
    expect(span).toMatchObject({ kind: SpanKind.CLIENT, ended: true, parentSpanContext: undefined });
    expect(span.links).toMatchObject([
      {
        context: { traceId, spanId },
        attributes: { 'messaging.message.id': 'm-1', 'waybill.link.to': 'creation' },
      },
    ]);
    expect(span.links).toHaveLength(1);
    expect(span.attributes).toMatchObject({
      'messaging.operation.type': 'receive',
      'messaging.batch.message_count': 3,
      'messaging.destination.name': 'orders',
      'fake.url': 'http://orders',
    });
    const [seconds, nanoseconds] = span.startTime;
    expect(seconds * 1_000 + nanoseconds / 1e6).toBeLessThan(answered);
  });

  it('links to 128 messages at most', async () => {
    const testBed = setUp({ receiveSpans: 'always' });
    const messages = Array.from({ length: 200 }, (_, index) =>
      incoming({
        headers: { traceparent: traceparent(traceId, (index + 1).toString(16).padStart(16, '0')) },
      }),
    );

    await testBed.instrumenter.receive(receiving(messages));

    expect(testBed.span('receive orders').links).toHaveLength(128);
    expect(testBed.span('receive orders')).toMatchObject({ droppedLinksCount: 0 });
  });

  it('that fails has a failed span, and its caller gets the same error', async () => {
    const testBed = setUp({ receiveSpans: 'always' });
    const error = Object.assign(new Error('queue is gone'), { name: 'QueueDoesNotExist' });

    await expect(
      testBed.instrumenter.receive({ ...receiving([]), invoke: () => Promise.reject(error) }),
    ).rejects.toBe(error);

    expect(testBed.span('receive orders')).toMatchObject({
      ended: true,
      status: { code: 2, message: 'queue is gone' },
      attributes: { 'error.type': 'QueueDoesNotExist' },
    });
    expect(testBed.span('receive orders').attributes).not.toHaveProperty('messaging.batch.message_count');
  });

  it('by a callback remembers the messages before the application gets them', async () => {
    const testBed = setUp({ receiveSpans: 'always' });
    const native = {};
    const asked = testBed.instrumenter.openReceive(receiving([incoming({ native })]));
    asked.succeeded({});

    expect(processMessage(native, (message) => message)).toBe(native);
    expect(testBed.spans.map(({ name, ended }) => [name, ended])).toEqual([
      ['receive orders', true],
      ['process orders', true],
    ]);
  });

  it('by a callback may fail', () => {
    const testBed = setUp({ receiveSpans: 'always' });
    testBed.instrumenter.openReceive(receiving([])).failed(new RangeError('queue is gone'));

    expect(testBed.span('receive orders')).toMatchObject({
      ended: true,
      status: { message: 'queue is gone' },
    });
  });

  it('gives an answer that the adapter cannot read as it is', async () => {
    const testBed = setUp();

    const answer = await testBed.instrumenter.receive({
      ...receiving([]),
      invoke: async () => 'odd',
      messages() {
        throw new TypeError('not an answer');
      },
    });

    expect(answer).toBe('odd');
  });

  it('leaves the context as it was', async () => {
    const testBed = setUp();
    const before = context.active();

    const received = testBed.instrumenter.receive(receiving([incoming()]));
    expect(context.active()).toBe(before);
    await received;
    expect(context.active()).toBe(before);
  });

  it.each([
    ['untrusted', 1],
    ['trusted', 0],
  ] as const)('of an %s sender has its messages distrusted %i times', async (trust, times) => {
    const testBed = setUp({ receiveSpans: 'always', policy: { trust } });
    const distrust = jest.fn();

    await receive(testBed, [incoming({ distrust })]);

    expect(distrust).toHaveBeenCalledTimes(times);
  });

  it('leaves a span to another instrumentation that made one for the same call', async () => {
    const testBed = setUp();
    const attributes = { 'messaging.operation.type': 'receive', 'messaging.destination.name': 'orders' };

    await testBed.within('orders receive', () => testBed.instrumenter.receive(receiving([incoming()])), {
      attributes,
    });

    expect(testBed.spans.map(({ name }) => name)).toEqual(['orders receive']);
  });
});

describe('a message that was received', () => {
  it('is processed with the object of the client, and counted once', async () => {
    const testBed = setUp({ policy: { relation: 'link' } });
    const [first, second] = [{}, {}];
    await receive(testBed, [
      incoming({ native: first, headers: { traceparent: traceparent() } }),
      incoming({ native: second, destination: 'reports' }),
    ]);

    expect(processMessage(first, (message) => message)).toBe(first);
    await processMessage(second, async () => undefined);

    expect(testBed.span('process orders').attributes['waybill.relation']).toBe('link');
    expect(testBed.span('process reports').ended).toBe(true);
    expect((await testBed.metric('messaging.client.consumed.messages')).points).toEqual([
      {
        attributes: {
          'messaging.system.name': 'fake',
          'messaging.operation.name': 'receive',
          'messaging.destination.name': 'orders',
        },
        value: 1,
      },
      {
        attributes: {
          'messaging.system.name': 'fake',
          'messaging.operation.name': 'receive',
          'messaging.destination.name': 'reports',
        },
        value: 1,
      },
    ]);
  });

  it('may be text or undefined, which is not remembered', async () => {
    const testBed = setUp();

    await expect(
      receive(testBed, [incoming({ native: 'text' }), incoming({ native: null })]),
    ).resolves.toBeUndefined();

    expect((await testBed.metric('messaging.client.consumed.messages')).points).toMatchObject([{ value: 2 }]);
  });

  it('runs through the consume middleware', async () => {
    const testBed = setUp();
    const native = {};
    const seen: unknown[] = [];
    testBed.waybill.use({
      consume(delivery, next) {
        seen.push(...delivery.messages.map((message) => message.native));
        return next();
      },
    });
    await receive(testBed, [incoming({ native })]);

    processMessage(native, () => undefined);

    expect(seen).toEqual([native]);
  });
});

function receive(testBed: TestBed, messages: readonly IncomingMessage[]): Promise<unknown> {
  return testBed.instrumenter.receive(receiving(messages));
}

function receiving(messages: readonly IncomingMessage[]): ReceiveCall<unknown> {
  return {
    destination: 'orders',
    queueKey: 'orders',
    invoke: async () => undefined,
    messages: () => messages,
  };
}
