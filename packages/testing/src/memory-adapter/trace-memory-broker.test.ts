import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, createTraceState, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createWaybill, processMessage, type Waybill } from '@waybill/core';
import {
  type DeliveredMessage,
  expectNoLeaks,
  MemoryBroker,
  type MemoryBrokerOptions,
  type MemoryHeaders,
  startTestTelemetry,
  traceMemoryBroker,
} from '../index.ts';

const telemetry = await startTestTelemetry({ metrics: true });
const { spans } = telemetry;
const tracer = trace.getTracer('shop');
const now = Date.UTC(2026, 0, 1);
let waybill: Waybill;
let broker: MemoryBroker;

beforeEach(() => {
  waybill = createWaybill({ clock: () => now, diagnose: true });
  broker = traced();
});
afterEach(() => {
  expectNoLeaks(waybill);
  return telemetry.reset();
});
afterAll(() => telemetry.shutdown());

function traced(options: MemoryBrokerOptions = {}): MemoryBroker {
  return traceMemoryBroker(new MemoryBroker({ clock: () => now - 5_000, ...options }), waybill);
}

async function received(count = 1): Promise<DeliveredMessage[]> {
  for (let body = 0; body < count; body += 1) await broker.publish('orders', { body });
  return [...(await broker.receive('orders'))];
}

describe('a traced broker', () => {
  it('is the same broker, with the same type', () => {
    class ShopBroker extends MemoryBroker {
      readonly shop = 'north';
    }
    const bare = new ShopBroker();
    const same: ShopBroker = traceMemoryBroker(bare, waybill);

    expect(same).toBe(bare);
    expect(same.shop).toBe('north');
  });

  it('shows no more properties than it did, and its methods have their names and parameters', () => {
    const bare = new MemoryBroker();

    expect(Object.keys(broker)).toEqual(Object.keys(bare));
    for (const name of [
      'publish',
      'publishBatch',
      'subscribe',
      'subscribeBatch',
      'receive',
      'ack',
      'ackBatch',
      'release',
    ] as const) {
      expect(broker[name]).not.toBe(bare[name]);
      expect(broker[name].name).toBe(bare[name].name);
      expect(broker[name]).toHaveLength(bare[name].length);
    }
  });

  it('is traced once, however often it is wrapped', async () => {
    const { publish } = broker;
    expect(traceMemoryBroker(traceMemoryBroker(broker, waybill), createWaybill())).toBe(broker);
    expect(broker.publish).toBe(publish);
    await broker.publish('orders', { body: 1 });

    spans.each.toHaveCount(1);
  });

  it('does not touch other brokers', async () => {
    const bare = new MemoryBroker();
    await bare.publish('orders', { body: 1 });

    spans.each.toHaveCount(0);
    expect(await bare.receive('orders')).toMatchObject([{ headers: {} }]);
  });

  it.each<[title: string, call: (broker: MemoryBroker) => unknown]>([
    ['no message', (of) => of.publish('orders', undefined as never)],
    ['no messages', (of) => of.publishBatch(undefined as never)],
    ['a body that cannot be copied', (of) => of.publish('orders', { body: () => 1 })],
    ['a message that was not received', (of) => of.ack({ queue: 'orders', receipt: 'lost' } as never)],
    ['nothing to acknowledge', (of) => of.ack(undefined as never)],
  ])('refuses %s with the error of the bare one', async (_title, call) => {
    const bare = await failureOf(() => call(new MemoryBroker()));

    expect(bare).toBeDefined();
    expect(await failureOf(() => call(broker))).toEqual(bare);
  });

  it('cannot be made of what is not a broker', () => {
    expect(() => traceMemoryBroker({} as never, waybill)).toThrow(
      'traceMemoryBroker: an object is not a MemoryBroker: it has no method publish, publishBatch, subscribe, subscribeBatch, receive, ack, ackBatch, release. Pass what new MemoryBroker() gives.',
    );
  });
});

describe('the span of a message', () => {
  it('has the id that the broker gave it, on both sides, and its attempt', async () => {
    const { id } = await broker.publish('orders', { body: 1 });
    broker.subscribe('orders', () => undefined);
    await broker.idle();

    spans.named('send orders').toHaveAttributes({ 'messaging.message.id': id });
    spans
      .named('process orders')
      .toHaveAttributes({ 'messaging.message.id': id, 'waybill.message.attempt': 1 });
  });

  it('has the age by the time of the broker, where the sender does not trace', async () => {
    await MemoryBroker.prototype.publish.call(broker, 'orders', { body: 1 });
    broker.subscribe('orders', () => undefined);
    await broker.idle();

    spans
      .named('process orders')
      .toHaveAttributes({ 'waybill.message.age': 5, 'waybill.message.age.source': 'publishedAt' });
  });

  it('is marked in a batch where that message failed, and only there', async () => {
    broker = traced({ refuse: ({ body }) => (body === 2 ? new RangeError('too big') : undefined) });
    const results = await broker.publishBatch([1, 2].map((body) => ({ queue: 'orders', body })));

    expect(results).toMatchObject([{ id: expect.any(String) }, { error: new RangeError('too big') }]);
    const created = spans.named('create orders').toHaveCount(2);
    created.each.toBeChildOf(spans.named('send orders'));
    created.at(0).toHaveAttributes({ 'messaging.message.id': results[0]?.id }).toHaveSucceeded();
    created.at(1).toHaveFailedWith('RangeError', 'too big');
  });
});

describe('headers', () => {
  it('travel as buffers, repeated or in any case', async () => {
    broker = traced({ headersAsBytes: true });
    await MemoryBroker.prototype.publish.call(broker, 'orders', {
      headers: {
        TraceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        baggage: ['tenant=acme', 'plan=big'],
      },
      body: 1,
    });
    const seen: unknown[] = [];
    broker.subscribe('orders', () => seen.push(propagation.getActiveBaggage()?.getAllEntries().length));
    await broker.idle();

    expect(seen).toEqual([2]);
    expect(spans.named('process orders').only.parentSpanId).toBe('b7ad6b7169203331');
  });

  it.each([
    [0, ['traceparent', 'tracestate', 'waybill', 'baggage'], []],
    [1, ['traceparent', 'tracestate', 'waybill'], ['baggage']],
    [2, ['traceparent', 'tracestate'], ['waybill', 'baggage']],
    [3, ['traceparent'], ['tracestate', 'waybill', 'baggage']],
    [4, [], ['traceparent', 'tracestate', 'waybill', 'baggage']],
  ])('of ours give way where %i of 4 places are taken', async (count, travel, dropped) => {
    broker = traced({ headerLimits: { names: 4 } });
    const own = Object.fromEntries(Array.from({ length: count }, (_, index) => [`own-${index}`, 'kept']));
    await context.with(full('acme'), () => broker.publish('orders', { headers: own, body: 1 }));
    const [message] = await broker.receive('orders');

    expect(message?.headers).toMatchObject(own);
    expect(namesOfOurs(message?.headers)).toEqual(travel);
    expect(await rejected()).toEqual(dropped.map((name) => [name, 'limit']));
  });

  it('of ours that are too long are left out', async () => {
    broker = traced({ headerLimits: { bytes: 200 } });
    await context.with(full('a'.repeat(200)), () =>
      broker.publish('orders', { headers: { shop: 'north' }, body: 1 }),
    );
    const [message] = await broker.receive('orders');

    expect(message?.headers).toMatchObject({ shop: 'north' });
    expect(namesOfOurs(message?.headers)).toEqual(['traceparent', 'tracestate', 'waybill']);
    expect(await rejected()).toEqual([['baggage', 'limit']]);
  });

  it('that are empty are left out where the broker takes none', async () => {
    broker = traced({ headerLimits: { emptyValues: false } });
    const refusals: unknown[] = [];
    waybill.use({
      publish({ messages: [message] }, next) {
        refusals.push(message?.headers.set('x-empty', ''));
        return next();
      },
    });
    await broker.publish('orders', { body: 1 });

    expect(refusals).toEqual(['empty']);
    expect((await broker.receive('orders'))[0]?.headers).not.toHaveProperty('x-empty');
  });

  function full(tenant: string): ReturnType<typeof propagation.setBaggage> {
    const sender = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const traceState = createTraceState('vendor=1');
    return propagation.setBaggage(
      trace.setSpanContext(ROOT_CONTEXT, { ...sender, traceState }),
      propagation.createBaggage({ tenant: { value: tenant } }),
    );
  }

  function namesOfOurs(headers: MemoryHeaders = {}): string[] {
    return ['traceparent', 'tracestate', 'waybill', 'baggage'].filter((name) => name in headers);
  }

  async function rejected(): Promise<unknown[]> {
    const metrics = await telemetry.metrics();
    const points = metrics.find(({ name }) => name === 'waybill.carrier.rejected')?.points ?? [];
    return points.map(({ attributes }) => [
      attributes['waybill.carrier.header'],
      attributes['waybill.carrier.reason'],
    ]);
  }
});

describe('receiving', () => {
  it('has a span in a poll loop, with links to what was received', async () => {
    await tracer.startActiveSpan('poll loop', async (loop) => {
      for (const message of await received(2)) processMessage(message, () => undefined);
      loop.end();
    });

    spans
      .named('receive orders')
      .toBeChildOf(spans.named('poll loop'))
      .toHaveAttributes({ 'messaging.batch.message_count': 2 })
      .toLinkTo(spans.named('send orders').each, { 'waybill.link.to': 'creation' });
    spans.named('process orders').each.toHaveCount(2);
  });

  it('gets as many messages as it asks for', async () => {
    await received(2);
    expect(await broker.receive('orders', 1)).toHaveLength(0);
    await broker.publishBatch([1, 2].map((body) => ({ queue: 'reports', body })));
    expect(await broker.receive('reports', 1)).toHaveLength(1);
  });
});

describe('settling', () => {
  it.each(['ack', 'release'] as const)('by %s has a span below that of the handler', async (operation) => {
    const [message] = await received();
    await processMessage(message as DeliveredMessage, (each) => broker[operation](each));

    spans
      .named(`${operation} orders`)
      .toBeChildOf(spans.named('process orders'))
      .toHaveAttributes({ 'messaging.batch.message_count': undefined });
    expect(await broker.receive('orders')).toHaveLength(operation === 'ack' ? 0 : 1);
  });

  it('a batch has a span that links to the handling of each message', async () => {
    const messages = await received(3);
    for (const message of messages) processMessage(message, () => undefined);
    const results = await broker.ackBatch('orders', messages);

    expect(results).toEqual(messages.map(({ id }) => ({ id })));
    spans
      .named('ack orders')
      .toHaveLinks(3)
      .toLinkTo(spans.named('process orders').each, { 'waybill.link.to': 'processing' })
      .toHaveAttributes({ 'messaging.batch.message_count': 3 })
      .toHaveSucceeded();
  });

  it('a batch is marked where some of the messages were not settled', async () => {
    const messages = await received(2);
    await broker.ack(messages[0] as DeliveredMessage);
    spans.clear();
    const results = await broker.ackBatch('orders', messages);

    expect(results).toEqual([{ error: expect.any(Error) }, { id: messages[1]?.id }]);
    spans.named('ack orders').toHaveFailedWith('MemoryBrokerError');
  });
});

/** The error that a call's promise is rejected with. None of the calls may throw. */
async function failureOf(call: () => unknown): Promise<unknown> {
  const promise = call();
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}
