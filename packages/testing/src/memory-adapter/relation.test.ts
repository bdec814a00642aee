import { describe, expect, it } from '@jest/globals';
import type { QueueRule } from '@waybill/core';
import { tracedBroker, withBaggage } from '../../test/traced-broker.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a message', () => {
  it('that is fresh is handled in a child of the span that sent it', async () => {
    const { broker, spans, drain } = tracedBroker();
    const { id } = await withBaggage({ 'tenant.id': 'acme' }, () => broker.publish('orders', { body: 1 }));
    const [seen] = await drain('orders');

    const sent = spans.named('send orders').toBeRoot().toHaveKind('PRODUCER').toHaveAttributes({
      'messaging.system.name': 'memory',
      'messaging.system': 'memory',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.message.id': id,
      'messaging.batch.message_count': undefined,
    });
    const processed = spans
      .named('process orders')
      .toBeChildOf(sent)
      .toHaveKind('CONSUMER')
      .toHaveLinks(0)
      .toHaveAttributes({
        'messaging.system.name': 'memory',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'orders',
        'messaging.message.id': id,
        'waybill.relation': 'parent',
        'waybill.relation.reason': 'fresh',
        'waybill.message.age': 0,
        'waybill.message.age.source': 'waybill',
        'waybill.message.attempt': 1,
        'waybill.journey.id': sent.only.traceId,
      });
    expect(seen?.spanId).toBe(processed.only.spanId);
    expect(seen?.baggage).toEqual({ 'tenant.id': 'acme' });
  });

  it('that is late is handled in a new root, which links back and keeps the baggage', async () => {
    const { broker, spans, clock, drain } = tracedBroker();
    const { id } = await withBaggage({ 'tenant.id': 'acme' }, () => broker.publish('orders', { body: 1 }));
    clock.now += 60_001;
    const [seen] = await drain('orders');

    const sent = spans.named('send orders');
    const processed = spans
      .named('process orders')
      .toBeRoot()
      .toHaveLinks(1)
      .toLinkTo(sent, {
        'waybill.link.to': 'creation',
        'waybill.message.age': 60.001,
        'messaging.destination.name': 'orders',
        'messaging.message.id': id,
        'waybill.message.attempt': 1,
      })
      .toHaveAttributes({
        'waybill.relation': 'link',
        'waybill.relation.reason': 'late',
        'waybill.message.age': 60.001,
        'waybill.journey.id': sent.only.traceId,
      });
    expect(processed.only.traceId).not.toBe(sent.only.traceId);
    expect(seen?.baggage).toEqual({ 'tenant.id': 'acme' });
  });

  it('is fresh up to the very age of the rule', async () => {
    const { broker, spans, clock, drain } = tracedBroker({ waybill: { policy: { linkAfter: '2s' } } });
    await broker.publish('orders', { body: 1 });
    clock.now += 2_000;
    await drain('orders');

    spans.named('process orders').toBeChildOf(spans.named('send orders'));
  });

  it('without a context is handled in a root', async () => {
    const { spans, drain, publishUntraced } = tracedBroker();
    await publishUntraced('orders', { body: 1 });
    await drain('orders');

    const processed = spans.named('process orders');
    processed.toBeRoot().toHaveLinks(0).toHaveAttributes({
      'waybill.relation': 'none',
      'waybill.relation.reason': 'no-context',
      'waybill.message.age': 0,
      'waybill.message.age.source': 'publishedAt',
      'waybill.journey.id': processed.only.traceId,
    });
  });

  it.each([
    ['text that is no context', 'nonsense'],
    ['an all-zero trace id', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['upper-case digits', traceparent.toUpperCase()],
    ['a forbidden version', `ff${traceparent.slice(2)}`],
    ['more than its version has', `${traceparent}-extra`],
    ['bytes that are no text', Buffer.from([0xff, 0xfe])],
    ['nothing', ''],
    ['the last of two values', [traceparent, 'nonsense']],
  ])('whose context is malformed (%s) is handled in a root', async (_title, malformed) => {
    const { spans, drain, publishUntraced, metric } = tracedBroker();
    await publishUntraced('orders', { headers: { traceparent: malformed }, body: 1 });

    expect(await drain('orders')).toMatchObject([{ body: 1 }]);
    spans
      .named('process orders')
      .toBeRoot()
      .toHaveLinks(0)
      .toHaveAttributes({ 'waybill.relation': 'none', 'waybill.relation.reason': 'malformed' });
    expect((await metric('waybill.carrier.rejected'))?.dataPoints).toMatchObject([
      {
        value: 1,
        attributes: {
          'messaging.destination.name': 'orders',
          'waybill.carrier.header': 'traceparent',
          'waybill.carrier.reason': 'malformed',
        },
      },
    ]);
  });

  it('that nobody dated counts as fresh', async () => {
    const { spans, clock, drain, publishUntraced } = tracedBroker({ broker: { timestamps: false } });
    await publishUntraced('orders', { headers: { traceparent }, body: 1 });
    clock.now += 3_600_000;
    await drain('orders');

    expect(spans.named('process orders').only.parentSpanId).toBe('b7ad6b7169203331');
    spans.named('process orders').toHaveAttributes({
      'waybill.relation': 'parent',
      'waybill.relation.reason': 'no-timestamp',
      'waybill.message.age': undefined,
    });
  });

  it('that comes from the future is fresh, and counted', async () => {
    const { broker, spans, clock, drain, metric } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    clock.now -= 5_000;
    await drain('orders');

    spans
      .named('process orders')
      .toBeChildOf(spans.named('send orders'))
      .toHaveAttributes({ 'waybill.relation.reason': 'fresh', 'waybill.message.age': 0 });
    expect((await metric('waybill.carrier.rejected'))?.dataPoints).toMatchObject([
      {
        value: 1,
        attributes: { 'waybill.carrier.header': 'waybill', 'waybill.carrier.reason': 'clock-skew' },
      },
    ]);
  });
});

describe('the rule of a queue', () => {
  it.each<[title: string, rule: QueueRule, age: number, relation: string, reason: string]>([
    ['a child, however late', { relation: 'parent' }, 3_600_000, 'parent', 'rule'],
    ['a link, however fresh', { relation: 'link' }, 0, 'link', 'rule'],
    ['nothing', { relation: 'none' }, 0, 'none', 'rule'],
    ['another age', { linkAfter: '2h' }, 3_600_000, 'parent', 'fresh'],
    ['a function', { relation: ({ id }) => (id === undefined ? 'auto' : 'link') }, 0, 'link', 'rule'],
    ['no trust', { trust: 'untrusted' }, 0, 'link', 'untrusted'],
  ])('says %s', async (_title, rule, age, relation, reason) => {
    const { broker, spans, clock, drain } = tracedBroker({
      waybill: { policy: { linkAfter: '1m', queues: { 'memory:ord*': rule } } },
    });
    await broker.publish('orders', { body: 1 });
    clock.now += age;
    await drain('orders');

    const sent = spans.named('send orders');
    const processed = spans
      .named('process orders')
      .toHaveAttributes({ 'waybill.relation': relation, 'waybill.relation.reason': reason });
    if (relation === 'parent') processed.toBeChildOf(sent);
    else processed.toBeRoot();
    if (relation === 'link') processed.toLinkTo(sent);
    else processed.toHaveLinks(0);
  });

  it('says nothing where its function fails: the default holds, and the message is handled', async () => {
    const { broker, spans, clock, drain, metric } = tracedBroker({
      waybill: {
        policy: {
          linkAfter: '1m',
          queues: {
            orders: {
              linkAfter: '2h',
              relation: () => {
                throw new Error('broken rule');
              },
            },
          },
        },
      },
    });
    await broker.publish('orders', { body: 1 });
    clock.now += 61_000;

    expect(await drain('orders')).toHaveLength(1);
    spans
      .named('process orders')
      .toBeRoot()
      .toLinkTo(spans.named('send orders'))
      .toHaveAttributes({ 'waybill.relation.reason': 'late' });
    expect((await metric('waybill.carrier.rejected'))?.dataPoints).toMatchObject([
      { attributes: { 'waybill.carrier.header': 'relation', 'waybill.carrier.reason': 'error' } },
    ]);
  });

  it('says which baggage crosses it', async () => {
    const { broker, drain } = tracedBroker({
      waybill: {
        policy: {
          queues: {
            orders: { baggage: { send: ['tenant.*', 'user.id'], accept: ['tenant.id', 'user.*'] } },
            partners: { trust: 'untrusted' },
          },
        },
      },
    });
    const baggage = { 'tenant.id': 'acme', 'tenant.plan': 'big', 'user.id': '7', secret: 'no' };
    await withBaggage(baggage, () => broker.publish('orders', { body: 1 }));
    await withBaggage(baggage, () => broker.publish('partners', { body: 1 }));

    const [order] = await drain('orders');
    expect(order?.headers?.baggage).toBe('tenant.id=acme,tenant.plan=big,user.id=7');
    expect(order?.baggage).toEqual({ 'tenant.id': 'acme', 'user.id': '7' });
    expect((await drain('partners'))[0]?.baggage).toEqual({});
  });
});

describe('a sender', () => {
  it('may ask for a relation, which a rule that leaves it open grants', async () => {
    const { broker, waybill, spans, drain } = tracedBroker();
    await waybill.publishWith({ relation: 'link' }, () => broker.publish('orders', { body: 1 }));
    await drain('orders');

    spans
      .named('process orders')
      .toBeRoot()
      .toLinkTo(spans.named('send orders'))
      .toHaveAttributes({ 'waybill.relation.reason': 'sender' });
  });

  it('asks in vain where the rule says otherwise', async () => {
    const { broker, waybill, spans, drain } = tracedBroker({ waybill: { policy: { relation: 'parent' } } });
    await waybill.publishWith({ relation: 'link' }, () => broker.publish('orders', { body: 1 }));
    await drain('orders');

    spans
      .named('process orders')
      .toBeChildOf(spans.named('send orders'))
      .toHaveAttributes({ 'waybill.relation.reason': 'rule' });
  });
});
