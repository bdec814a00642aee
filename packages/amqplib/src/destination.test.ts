import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { Destination } from './destination.ts';

const anonymous = 'amq.gen-Q-3i8';

describe('where a message', () => {
  it.each<[string, string, string | undefined, string, string]>([
    ['', 'orders', undefined, 'orders', 'orders'],
    ['shop', 'order.created', undefined, 'shop:order.created', 'shop'],
    ['shop', '', undefined, 'shop', 'shop'],
    ['', '', undefined, 'amq.default', 'amq.default'],
    ['', anonymous, undefined, '(anonymous)', '(anonymous)'],
    ['', 'orders', 'orders', 'orders', 'orders'],
    ['shop', 'order.created', 'orders', 'shop:order.created:orders', 'orders'],
    ['shop', '', 'orders', 'shop:orders', 'orders'],
    ['shop', 'orders', 'orders', 'shop:orders', 'orders'],
    ['shop', 'order.created', anonymous, 'shop:order.created', 'shop'],
    ['', anonymous, anonymous, '(anonymous)', '(anonymous)'],
    ['', 'amq.rabbitmq.reply-to.g1h2', 'amq.rabbitmq.reply-to', '(anonymous)', '(anonymous)'],
  ])(
    'goes by exchange %j, key %j and queue %j is called %s, for rules %s',
    (exchange, key, queue, name, queueKey) => {
      const destination = new Destination(exchange, key, queue, {});

      expect([destination.name, destination.queueKey]).toEqual([name, queueKey]);
    },
  );
});

it('says the whole name of an anonymous queue only in an attribute', () => {
  const attributes: Attributes = {};
  new Destination('shop', 'order.created', anonymous, {}).describe(attributes);

  expect(attributes).toEqual({
    'messaging.destination.name': `shop:order.created:${anonymous}`,
    'messaging.destination.template': 'shop:order.created',
    'messaging.destination.anonymous': true,
  });
});

it.each([
  ['order.created', { 'rabbitmq.destination.routing_key': 'order.created' }],
  ['', {}],
])('tells a routing key only if there is one: %j', (routingKey, expected) => {
  const attributes: Attributes = {};
  new Destination('shop', routingKey, undefined, {}).detail(attributes);

  expect(attributes).toEqual(expected);
});
