import { describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { tracedBroker, withBaggage } from '../../test/traced-broker.ts';
import { MemoryBrokerError } from '../memory-broker/memory-broker-error.ts';

const created = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const traceparent = `00-${created.traceId}-${created.spanId}-01`;

describe('publishing', () => {
  it('is a child of the active span, and carries its context on', async () => {
    const { broker, spans, tracer, clock, drain } = tracedBroker();
    await tracer.startActiveSpan('request', async (request) => {
      await broker.publish('orders', { headers: { shop: 'north' }, body: 1 });
      request.end();
    });
    const [seen] = await drain('orders');

    const { traceId, spanId } = spans.named('send orders').toBeChildOf(spans.named('request')).only;
    expect(seen?.headers).toEqual({
      shop: 'north',
      traceparent: `00-${traceId}-${spanId}-01`,
      waybill: `1-${clock.now}-${traceId}-${spanId}`,
    });
  });

  it('gives what the bare client gives', async () => {
    const { broker } = tracedBroker();
    const { id } = await broker.publish('orders', { body: 1 });

    expect(await broker.receive('orders')).toMatchObject([{ id, body: 1 }]);
  });

  it('changes nothing of what it is given, also where it is frozen', async () => {
    const { broker, drain } = tracedBroker();
    const headers = Object.freeze({ shop: 'north' });
    const message = Object.freeze({ headers, body: Object.freeze({ order: 1 }) });
    await withBaggage({ tenant: 'acme' }, () => broker.publish('orders', message));
    await broker.publishBatch(Object.freeze([Object.freeze({ queue: 'orders', ...message })]));

    expect(message).toEqual({ headers: { shop: 'north' }, body: { order: 1 } });
    expect(await drain('orders')).toMatchObject([
      { headers: { shop: 'north', baggage: 'tenant=acme', traceparent: expect.any(String) } },
      { headers: { shop: 'north', traceparent: expect.any(String) } },
    ]);
  });

  it('gives the same object, sent twice, a context of its own each time', async () => {
    const { broker, spans, drain } = tracedBroker();
    const message = { headers: { shop: 'north' }, body: 1 };
    await broker.publish('orders', message);
    await broker.publish('orders', message);
    await broker.publishBatch([
      { queue: 'orders', ...message },
      { queue: 'orders', ...message },
    ]);
    await drain('orders');

    const sent = spans.named('send orders');
    const processed = spans.named('process orders').toHaveCount(4);
    processed.at(0).toBeChildOf(sent.at(0));
    processed.at(1).toBeChildOf(sent.at(1));
    processed.at(2).toBeChildOf(spans.named('create orders').at(0));
    processed.at(3).toBeChildOf(spans.named('create orders').at(1));
    expect(message).toEqual({ headers: { shop: 'north' }, body: 1 });
  });

  it('replaces a baggage header never, however it is spelt', async () => {
    const { broker, drain } = tracedBroker();
    await withBaggage({ tenant: 'acme' }, () =>
      broker.publish('orders', { headers: { Baggage: 'tenant=mine' }, body: 1 }),
    );

    expect(await drain('orders')).toMatchObject([
      { headers: { Baggage: 'tenant=mine' }, baggage: { tenant: 'mine' } },
    ]);
  });

  it('marks its span when the client fails, and fails with the same error', async () => {
    const refusal = new RangeError('queue is full');
    const { broker, spans } = tracedBroker({ broker: { refuse: () => refusal } });

    await expect(broker.publish('orders', { body: 1 })).rejects.toBe(refusal);
    spans.named('send orders').toHaveFailedWith('RangeError', 'queue is full');
  });

  it('runs the client in the context of its span', async () => {
    let during: string | undefined;
    const { broker, spans } = tracedBroker({
      broker: {
        refuse: () => {
          during = trace.getActiveSpan()?.spanContext().spanId;
          return undefined;
        },
      },
    });
    await broker.publish('orders', { body: 1 });

    expect(during).toBe(spans.named('send orders').only.spanId);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});

describe('publishing a batch', () => {
  it('is one trace: a span for the call, and one below it for every message', async () => {
    const { broker, spans, drain } = tracedBroker();
    const results = await broker.publishBatch([1, 2, 3].map((body) => ({ queue: 'orders', body })));
    await drain('orders');

    const call = spans
      .named('send orders')
      .toBeRoot()
      .toHaveKind('CLIENT')
      .toHaveLinks(0)
      .toHaveAttributes({ 'messaging.batch.message_count': 3, 'messaging.message.id': undefined });
    const messages = spans.named('create orders').toHaveCount(3);
    messages.each.toBeChildOf(call).toHaveKind('PRODUCER').toHaveAttributes({
      'messaging.operation.type': 'create',
      'messaging.batch.message_count': undefined,
    });
    for (const [index, { id }] of results.entries()) {
      messages.at(index).toHaveAttributes({ 'messaging.message.id': id });
      spans.named('process orders').at(index).toBeChildOf(messages.at(index));
    }
  });

  it('to several queues names none of them', async () => {
    const { broker, spans, drain } = tracedBroker();
    await broker.publishBatch([
      { queue: 'orders', body: 1 },
      { queue: 'reports', body: 2 },
    ]);
    await drain('reports');

    spans.named('send').toHaveAttributes({ 'messaging.destination.name': undefined });
    spans.named('create orders').toBeChildOf(spans.named('send'));
    spans.named('process reports').toBeChildOf(spans.named('create reports'));
  });

  it('marks the messages that failed, and only them', async () => {
    const { broker, spans } = tracedBroker({
      broker: { refuse: ({ body }) => (body === 2 ? new RangeError('too big') : undefined) },
    });
    const results = await broker.publishBatch([1, 2].map((body) => ({ queue: 'orders', body })));

    expect(results).toMatchObject([{ id: expect.any(String) }, { error: new RangeError('too big') }]);
    spans.named('create orders').at(0).toHaveSucceeded();
    spans.named('create orders').at(1).toHaveFailedWith('RangeError', 'too big');
    spans.named('send orders').toHaveSucceeded();
  });

  it('marks all spans when the call fails', async () => {
    const { broker, spans } = tracedBroker();
    broker.close();

    await expect(broker.publishBatch([{ queue: 'orders', body: 1 }])).rejects.toThrow(MemoryBrokerError);
    spans.named('send orders').toHaveFailedWith('MemoryBrokerError');
    spans.named('create orders').toHaveFailedWith('MemoryBrokerError');
  });

  it('without messages makes no span', async () => {
    const { broker, spans } = tracedBroker();

    expect(await broker.publishBatch([])).toEqual([]);
    spans.each.toHaveCount(0);
  });

  it('has only the span of the call where the others are not wanted', async () => {
    const { broker, spans, drain } = tracedBroker({ waybill: { messageSpans: false } });
    await broker.publishBatch([1, 2].map((body) => ({ queue: 'orders', body })));
    await drain('orders');

    spans.named('create orders').toHaveCount(0);
    spans.named('process orders').each.toBeChildOf(spans.named('send orders'));
  });
});

describe('a creation context that the caller put into a message', () => {
  it('is kept, and linked from the span of the call', async () => {
    const { broker, spans, drain } = tracedBroker();
    await withBaggage({ tenant: 'acme' }, () =>
      broker.publish('orders', { headers: { traceparent }, body: 1 }),
    );
    const [seen] = await drain('orders');

    const sent = spans.named('send orders').toHaveKind('CLIENT').only;
    expect(sent.links).toEqual([
      { traceId: created.traceId, spanId: created.spanId, attributes: { 'waybill.link.to': 'creation' } },
    ]);
    expect(spans.named('process orders').only.parentSpanId).toBe(created.spanId);
    expect(seen?.headers).toMatchObject({ traceparent });
    expect(seen?.headers).not.toHaveProperty('baggage');
  });

  it('is kept in a batch, too', async () => {
    const { broker, spans, drain } = tracedBroker();
    await broker.publishBatch([
      { queue: 'orders', headers: { traceparent }, body: 1 },
      { queue: 'orders', body: 2 },
    ]);
    await drain('orders');

    const call = spans.named('send orders').toHaveLinks(1);
    expect(call.only.links).toMatchObject([{ spanId: created.spanId }]);
    expect(spans.named('process orders').at(0).only.parentSpanId).toBe(created.spanId);
    spans.named('process orders').at(1).toBeChildOf(spans.named('create orders'));
  });

  it('gives way where it is malformed', async () => {
    const { broker, spans, drain } = tracedBroker();
    await broker.publish('orders', { headers: { Traceparent: 'nonsense' }, body: 1 });
    const [seen] = await drain('orders');

    spans.named('process orders').toBeChildOf(spans.named('send orders'));
    expect(seen?.headers).not.toHaveProperty('Traceparent');
  });

  it('gives way where it is that of the message being handled, which is forwarded', async () => {
    const { broker, spans, drain } = tracedBroker();
    broker.subscribe('orders', (order) => broker.publish('shipping', { headers: order.headers, body: 1 }));
    await withBaggage({ tenant: 'acme' }, () =>
      broker.publish('orders', { headers: { shop: 'north' }, body: 1 }),
    );
    await broker.idle();
    const [seen] = await drain('shipping');

    spans.named('send shipping').toBeChildOf(spans.named('process orders')).toHaveLinks(0);
    spans.named('process shipping').toBeChildOf(spans.named('send shipping'));
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(['baggage', 'shop', 'traceparent', 'waybill']);
    expect(seen?.baggage).toEqual({ tenant: 'acme' });
  });

  it('gives way where a batch that is handled forwards it', async () => {
    const { broker, spans } = tracedBroker();
    await broker.publishBatch([1, 2].map((body) => ({ queue: 'orders', body })));
    broker.subscribeBatch('orders', (orders) =>
      broker.publishBatch(orders.map(({ headers, body }) => ({ queue: 'shipping', headers, body }))),
    );
    await broker.idle();

    spans.named('send shipping').toBeChildOf(spans.named('process orders')).toHaveLinks(0);
    spans.named('create shipping').toHaveCount(2);
  });
});
