import { describe, expect, it } from '@jest/globals';
import { tracedBroker } from '../../test/traced-broker.ts';

describe('a journey over three hops, the second of them late', () => {
  it('is two traces, and one journey id on every span of both', async () => {
    const { broker, spans, clock } = tracedBroker();
    broker.subscribe('shipping', (shipping) => broker.publish('invoices', { body: shipping.body }));
    broker.subscribe('invoices', () => undefined);
    const orders = broker.subscribe('orders', (order) => {
      orders.close();
      return broker.publish('late', { body: order.body });
    });
    await broker.publish('orders', { body: 1 });
    await broker.idle();
    clock.now += 120_000;
    broker.subscribe('late', (late) => broker.publish('invoices', { body: late.body }));
    await broker.idle();

    const journeyId = spans.named('send orders').only.traceId;
    spans.each.toHaveCount(6).toHaveAttributes({ 'waybill.journey.id': journeyId });
    expect(new Set(spans.each.all.map(({ traceId }) => traceId)).size).toBe(2);
    spans.named('process orders').toBeChildOf(spans.named('send orders'));
    spans.named('send late').toBeChildOf(spans.named('process orders'));
    spans.named('process late').toBeRoot().toLinkTo(spans.named('send late'));
    spans.named('send invoices').toBeChildOf(spans.named('process late'));
    spans.named('process invoices').toBeChildOf(spans.named('send invoices'));
  });

  it('goes on through batches, on both sides', async () => {
    const { broker, spans, clock } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    clock.now += 120_000;
    broker.subscribe('orders', () =>
      broker.publishBatch([
        { queue: 'shipping', body: 1 },
        { queue: 'shipping', body: 2 },
      ]),
    );
    broker.subscribe('shipping', () => undefined);
    await broker.idle();

    const journeyId = spans.named('send orders').only.traceId;
    spans.each.toHaveCount(7).toHaveAttributes({ 'waybill.journey.id': journeyId });
  });
});

describe('a journey that begins outside', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('has the id of the trace that arrives', async () => {
    const { spans, clock, drain, publishUntraced } = tracedBroker();
    await publishUntraced('orders', { headers: { traceparent }, body: 1 });
    clock.now += 120_000;
    await drain('orders');

    spans
      .named('process orders')
      .toBeRoot()
      .toHaveAttributes({ 'waybill.journey.id': '0af7651916cd43dd8448eb211c80319c' });
  });

  it('has a new id where the sender is not trusted, and tells the old one on the link', async () => {
    const { spans, drain, publishUntraced } = tracedBroker({ waybill: { policy: { trust: 'untrusted' } } });
    await publishUntraced('orders', { headers: { traceparent }, body: 1 });
    await drain('orders');

    const processed = spans.named('process orders').toBeRoot();
    processed.toHaveAttributes({ 'waybill.journey.id': processed.only.traceId });
    expect(processed.only.links).toMatchObject([
      {
        spanId: 'b7ad6b7169203331',
        attributes: { 'waybill.journey.id': '0af7651916cd43dd8448eb211c80319c' },
      },
    ]);
  });
});
