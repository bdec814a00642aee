import { describe, expect, it } from '@jest/globals';
import { context, propagation, type SpanContext, trace } from '@opentelemetry/api';
import {
  FakeOutgoing,
  incoming,
  publishing,
  spanId,
  traceId,
  traceparent,
  waybillHeader,
} from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

const unsampled = `00-${traceId}-${spanId}-00`;
const remote: SpanContext = { traceId, spanId, traceFlags: 0, isRemote: true };
const fresh = { traceparent: traceparent(), waybill: waybillHeader(Date.now()), baggage: 'tenant.id=acme' };
const late = { ...fresh, waybill: waybillHeader(Date.now() - 3_600_000) };

interface Seen {
  readonly span: SpanContext | undefined;
  readonly tenant: string | undefined;
}

/** Handles messages, and tells what the handler saw. */
function handle(testBed: TestBed, ...messages: IncomingMessage[]): Seen {
  return testBed.instrumenter.process({ messages, batch: messages.length > 1 }, () => ({
    span: trace.getSpanContext(context.active()),
    tenant: propagation.getActiveBaggage()?.getEntry('tenant.id')?.value,
  }));
}

async function send(testBed: TestBed, ...messages: FakeOutgoing[]): Promise<void> {
  await testBed.instrumenter.publish(publishing(messages));
}

describe('a queue with spans: false', () => {
  const policy = { queues: { orders: { spans: false } } } as const;

  it('sends the context and the baggage that are active, and no span', async () => {
    const testBed = setUp({ policy });
    const message = new FakeOutgoing();
    const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
    await testBed.within('request', (request) =>
      context.with(propagation.setBaggage(context.active(), baggage), async () => {
        await send(testBed, message);
        const { traceId, spanId } = request.spanContext();
        expect(message.carrier.traceparent).toBe(traceparent(traceId, spanId));
        expect(message.carrier.baggage).toBe('tenant.id=acme');
      }),
    );

    expect(testBed.spans.map(({ name }) => name)).toEqual(['request']);
  });

  it('runs a handler in the trace of the message, with its baggage', () => {
    const testBed = setUp({ policy });

    expect(handle(testBed, incoming({ headers: fresh }))).toMatchObject({
      span: { traceId, spanId },
      tenant: 'acme',
    });
    expect(testBed.spans).toEqual([]);
  });

  it('runs the handler of a late message outside of any trace, with its baggage', () => {
    const testBed = setUp({ policy });

    expect(handle(testBed, incoming({ headers: late }))).toEqual({ span: undefined, tenant: 'acme' });
  });

  it('goes on with the journey of a message', async () => {
    const testBed = setUp({ policy });
    const next = new FakeOutgoing({ destination: 'bills' });
    await testBed.instrumenter.process({ messages: [incoming({ headers: late })], batch: false }, () =>
      send(testBed, next),
    );

    expect(testBed.span('send bills').attributes['waybill.journey.id']).toBe(traceId);
  });

  it('records metrics', async () => {
    const testBed = setUp({ policy });
    await send(testBed, new FakeOutgoing());
    handle(testBed, incoming({ headers: fresh }));

    for (const name of ['messaging.process.duration', 'messaging.client.operation.duration']) {
      expect((await testBed.metric(name)).points).toHaveLength(1);
    }
    expect((await testBed.metric('waybill.message.age')).points).toHaveLength(1);
  });

  it('has no span for a batch, a receive and a settlement', async () => {
    const testBed = setUp({ policy, receiveSpans: 'always' });
    handle(testBed, incoming({ headers: fresh }), incoming({ headers: fresh }));
    const queue = { destination: 'orders', queueKey: 'orders' };
    await testBed.instrumenter.receive({ ...queue, invoke: async () => 1, messages: () => [incoming()] });
    testBed.instrumenter.settle({ ...queue, operation: 'ack', receipts: [1], batch: false, invoke: () => 1 });

    expect(testBed.spans).toEqual([]);
  });

  it('leaves the spans of other queues in the same call', async () => {
    const testBed = setUp({ policy });
    await send(testBed, new FakeOutgoing(), new FakeOutgoing({ destination: 'bills' }));

    expect(testBed.spans.map(({ name }) => name)).toEqual(['send', 'create bills']);
  });
});

describe('a queue with propagate: false', () => {
  const policy = { queues: { orders: { propagate: false } } } as const;

  it('writes nothing into a message, and has a span for it', async () => {
    const testBed = setUp({ policy });
    const message = new FakeOutgoing({ headers: { 'x-own': '1' } });
    await send(testBed, message);

    expect(message.carrier).toEqual({ 'x-own': '1' });
    expect(testBed.span('send orders').links).toEqual([]);
  });

  it('reads nothing from a message', async () => {
    const testBed = setUp({ policy });
    const sentAt = Date.now() - 5_000;
    const seen = handle(testBed, incoming({ headers: fresh, sentAt }));

    const span = testBed.span('process orders');
    expect(seen.tenant).toBeUndefined();
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links).toEqual([]);
    expect(span.attributes).toMatchObject({
      'waybill.relation': 'none',
      'waybill.relation.reason': 'rule',
      'waybill.message.age.source': 'fake-time',
      'waybill.journey.id': span.spanContext().traceId,
    });
    expect((await testBed.metric('waybill.carrier.rejected')).points).toEqual([]);
  });

  it('may be handled as a child of the active span', () => {
    const testBed = setUp({ policy: { propagate: false, relation: 'ambient' } });
    testBed.within('invocation', () => handle(testBed, incoming({ headers: fresh })));

    const span = testBed.span('process orders');
    expect(span.parentSpanContext?.spanId).toBe(testBed.span('invocation').spanContext().spanId);
    expect(span.links).toEqual([]);
  });

  it('takes out what a handler copied from the message that it handles', async () => {
    const testBed = setUp({ policy });
    const copy = new FakeOutgoing({ headers: { ...fresh, 'x-own': '1' } });
    await testBed.instrumenter.process(
      { messages: [incoming({ headers: fresh, destination: 'bills' })], batch: false },
      () => send(testBed, copy),
    );

    expect(copy.carrier).toEqual({ 'x-own': '1' });
  });

  it('leaves a context that is the callers own', async () => {
    const testBed = setUp({ policy });
    const message = new FakeOutgoing({ headers: { traceparent: traceparent() } });
    await send(testBed, message);

    expect(message.carrier).toEqual({ traceparent: traceparent() });
    expect(testBed.span('send orders').links).toEqual([]);
  });

  it('captures nothing', () => {
    const testBed = setUp({ policy });
    const message = new FakeOutgoing();
    testBed.within('request', () => testBed.instrumenter.capture(message));

    expect(message.carrier).toEqual({});
  });

  it('links a batch and a receive to nothing', async () => {
    const testBed = setUp({ policy, receiveSpans: 'always' });
    handle(testBed, incoming({ headers: fresh }), incoming({ headers: fresh }));
    const queue = { destination: 'orders', queueKey: 'orders' };
    const messages = (): IncomingMessage[] => [incoming({ headers: fresh })];
    await testBed.instrumenter.receive({ ...queue, invoke: async () => 1, messages });

    expect(testBed.span('process orders').links).toEqual([]);
    expect(testBed.span('receive orders').links).toEqual([]);
  });
});

describe('a queue that passes unsampled traces on', () => {
  const policy = { unsampled: 'pass-on' } as const;
  const asked: string[] = [];
  const sampler = {
    shouldSample: (_context: unknown, _traceId: string, name: string) => {
      asked.push(name);
      return { decision: 2 };
    },
    toString: () => 'keeps everything',
  };

  function passingOn(options: object = {}): TestBed {
    asked.length = 0;
    return setUp({ policy, ...options }, { sampler });
  }

  it('asks no sampler about an unsampled message, and goes on in its trace', async () => {
    const testBed = passingOn();
    const seen = handle(testBed, incoming({ headers: { ...fresh, traceparent: unsampled } }));

    expect(seen).toMatchObject({ span: remote, tenant: 'acme' });
    expect(asked).toEqual([]);
    expect((await testBed.metric('messaging.process.duration')).points).toHaveLength(1);
  });

  it('sends the context of an unsampled caller as it is', async () => {
    const testBed = passingOn();
    const message = new FakeOutgoing();
    await context.with(trace.setSpanContext(context.active(), remote), () => send(testBed, message));

    expect(message.carrier.traceparent).toBe(unsampled);
    expect(asked).toEqual([]);
    expect((await testBed.metric('messaging.client.sent.messages')).points).toHaveLength(1);
  });

  it('asks as ever about sampled traces, and about new ones', async () => {
    const testBed = passingOn();
    handle(testBed, incoming({ headers: fresh }));
    handle(testBed, incoming({ headers: { ...late, traceparent: unsampled } }));
    handle(testBed, incoming());
    await send(testBed, new FakeOutgoing());

    expect(asked).toEqual(['process orders', 'process orders', 'process orders', 'send orders']);
  });

  it('settles an unsampled message without a span', () => {
    const testBed = passingOn();
    handle(testBed, incoming({ headers: { ...fresh, traceparent: unsampled }, receipt: 'r-1' }));
    const settled = testBed.instrumenter.settle({
      destination: 'orders',
      queueKey: 'orders',
      operation: 'ack',
      receipts: ['r-1'],
      batch: false,
      invoke: () => 'acked',
    });

    expect(settled).toBe('acked');
    expect(asked).toEqual([]);
  });

  it('asks where the rule does not say so', () => {
    const testBed = passingOn({ policy: {} });
    handle(testBed, incoming({ headers: { ...fresh, traceparent: unsampled } }));

    expect(asked).toEqual(['process orders']);
  });
});

describe('a queue whose carrier leaves headers out', () => {
  const withBaggage = <R>(run: () => R): R =>
    context.with(
      propagation.setBaggage(context.active(), propagation.createBaggage({ a: { value: '1' } })),
      run,
    );

  it.each([
    ['nothing', {}, ['traceparent', 'waybill', 'baggage']],
    ['baggage', { baggage: false }, ['traceparent', 'waybill']],
    ['our own header', { waybill: false }, ['traceparent', 'baggage']],
    ['both', { baggage: false, waybill: false }, ['traceparent']],
  ])('leaves out %s', async (_what, carrier, written) => {
    const testBed = setUp({ policy: { carrier } });
    const message = new FakeOutgoing();
    await withBaggage(() => send(testBed, message));

    expect(Object.keys(message.carrier)).toEqual(written);
  });

  it('adds nothing beside a context of the caller either', async () => {
    const testBed = setUp({ policy: { carrier: { waybill: false } } });
    const message = new FakeOutgoing({ headers: { traceparent: traceparent() } });
    await send(testBed, message);

    expect(Object.keys(message.carrier)).toEqual(['traceparent']);
  });
});
