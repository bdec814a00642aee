import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import type { Message } from 'amqplib';
import { Destination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';

describe('when a message was sent', () => {
  it.each<[Record<string, unknown>, number | undefined, number | undefined, string]>([
    [{}, undefined, undefined, 'properties.timestamp'],
    [{}, 1_700_000_000, 1_700_000_000_000, 'properties.timestamp'],
    [{ timestamp_in_ms: 1_700_000_000_123 }, 1_700_000_000, 1_700_000_000_123, 'timestamp_in_ms'],
    [{ timestamp_in_ms: 'soon' }, 1_700_000_000, 1_700_000_000_000, 'properties.timestamp'],
    [{}, 1_700_000_000_123, 1_700_000_000_123, 'properties.timestamp'],
    [{}, 1_700_000_000_123_000, 1_700_000_000_123, 'properties.timestamp'],
    [{}, 1_700_000_000_123_000_000, undefined, 'properties.timestamp'],
    [{}, 0, undefined, 'properties.timestamp'],
    [{}, -1, undefined, 'properties.timestamp'],
    [{}, Number.NaN, undefined, 'properties.timestamp'],
    [{ timestamp_in_ms: 1_700_000_000 }, undefined, 1_700_000_000_000, 'timestamp_in_ms'],
    [{ timestamp_in_ms: 1_700_000_000_123_000 }, undefined, 1_700_000_000_123, 'timestamp_in_ms'],
    [{ timestamp_in_ms: -1 }, 1_700_000_000, 1_700_000_000_000, 'properties.timestamp'],
  ])('is read from %j and %p', (headers, timestamp, sentAt, source) => {
    const message = incoming({ headers, timestamp });

    expect([message.sentAt, message.sentAtSource]).toEqual([sentAt, source]);
  });
});

it.each([
  [-5_000, 5_000],
  [5_000, 5_000],
  [undefined, undefined],
  ['soon', undefined],
])('reads the delay of an exchange that delays, %p, as %p', (delay, expected) => {
  expect(incoming({ headers: { 'x-delay': delay } }).delay).toBe(expected);
});

describe('what names a message', () => {
  const waybill = `1-1700000000000-${'a'.repeat(32)}-${'b'.repeat(16)}`;

  it('is its queue, and our header, which names the publish', () => {
    const identity = `orders ${waybill}`;

    expect(incoming({ headers: { waybill }, messageId: 'm-1' }).identity).toBe(identity);
    expect(incoming({ headers: { waybill: Buffer.from(waybill) } }).identity).toBe(identity);
    expect(incoming({ headers: { waybill } }, { queue: 'copies' }).identity).toBe(`copies ${waybill}`);
  });

  it('or its id, on one connection: another virtual host may have it, too', () => {
    const connection = {};
    const identity = (options: { queue?: string; connection?: object }): string | undefined =>
      incoming({ headers: {}, messageId: 'm-1' }, options).identity;

    expect(identity({ connection })).toMatch(/^orders \d+ m-1$/);
    expect(identity({ connection })).toBe(identity({ connection }));
    expect(identity({ connection: {} })).not.toBe(identity({ connection }));
    expect(identity({ connection, queue: 'copies' })).not.toBe(identity({ connection }));
  });
});

it('has an id and a conversation where these are text', () => {
  const [named, numbered] = ['m-1', 7].map((name) => {
    const message = incoming({ headers: {}, messageId: name, correlationId: name });
    const attributes: Attributes = {};
    message.detail(attributes);
    return [message.id, message.identity === undefined, attributes['messaging.message.conversation_id']];
  });

  expect(named).toEqual(['m-1', false, 'm-1']);
  expect(numbered).toEqual([undefined, true, undefined]);
});

it.each(['x'.repeat(60_000), `1-2-3${' '.repeat(60_000)}`])(
  'is not known by what should be our header and is not, here %#',
  (waybill) => {
    expect(incoming({ headers: { waybill }, messageId: 'm-1' }).identity).toMatch(/^orders \d+ m-1$/);
    expect(incoming({ headers: { waybill } }).identity).toBeUndefined();
  },
);

it('is known by no more than the fields of a header of a later version', () => {
  const waybill = `2-1700000000000-${'a'.repeat(32)}-${'b'.repeat(16)}-${'x'.repeat(60_000)}`;

  expect(incoming({ headers: { waybill } }).identity?.length).toBeLessThanOrEqual('orders '.length + 68);
});

describe('headers of which reading one throws', () => {
  it.each(['x-death', 'x-delivery-count', 'waybill', 'timestamp_in_ms', 'x-delay'])(
    'leave what the broker says by itself: %s',
    (name) => {
      const headers = Object.defineProperty({ 'x-delivery-count': 7 }, name, {
        enumerable: true,
        get: () => {
          throw new RangeError('unreadable');
        },
      });
      const message = incoming({ headers, messageId: 'm-1' }, { redelivered: true });

      expect([message.attempt, message.leastAttempt, message.sentAt]).toEqual([undefined, 2, undefined]);
      expect(message.id).toBe('m-1');
    },
  );
});

it('gives headers as text, bytes or lists of them, and nothing of what is neither', () => {
  const headers = {
    text: 'a',
    bytes: Buffer.from('b'),
    count: 3,
    list: ['a', 1, {}],
    table: { a: 1 },
    no: null,
  };
  const message = incoming({ headers });

  expect(message.headers.names()).toEqual(Object.keys(headers));
  expect(Object.keys(headers).map((name) => message.headers.get(name))).toEqual([
    'a',
    Buffer.from('b'),
    '3',
    ['a', '1'],
    undefined,
    undefined,
  ]);
});

it.each<[unknown[], { reason?: string; queue?: string; count?: number }]>([
  [
    [
      { queue: 'waiting', reason: 'expired', count: 2 },
      { queue: 'orders', reason: 'rejected', count: 1 },
    ],
    { reason: 'rejected', queue: 'orders', count: 1 },
  ],
  [[{ queue: 'waiting', reason: 'expired', count: 2 }], { reason: 'expired', queue: 'waiting', count: 2 }],
  [[], {}],
])('tells why it left this queue, or the one that it comes from: %j', (letters, { reason, queue, count }) => {
  const attributes: Attributes = {};
  incoming({ headers: { 'x-death': letters } }).detail(attributes);

  expect(attributes['waybill.dead_letter.reason']).toBe(reason);
  expect(attributes['waybill.dead_letter.queue']).toBe(queue);
  expect(attributes['waybill.dead_letter.count']).toBe(count);
});

it('tells nothing more of what its sender may have written from the time on that it is distrusted', () => {
  const message = incoming({
    headers: { 'x-delivery-count': 7, 'x-delay': 5_000 },
    timestamp: 1_700_000_000,
  });
  const trusted = [message.sentAt, message.delay];
  message.distrust();

  expect(trusted).toEqual([1_700_000_000_000, 5_000]);
  expect([message.sentAt, message.delay]).toEqual([undefined, undefined]);
});

it.each<[boolean, number | undefined, number]>([
  [false, 1, 1],
  [true, undefined, 2],
])(
  'of an untrusted sender tells nothing that the sender may have written, redelivered: %p',
  (redelivered, attempt, leastAttempt) => {
    const headers = {
      waybill: '1-2-3',
      'x-death': [{ queue: 'orders', reason: 'r'.repeat(30_000), count: 2 ** 40 }],
      'x-delivery-count': 2 ** 40,
      'x-first-death-reason': 'rejected',
      'x-delay': 5_000,
      timestamp_in_ms: 1,
    };
    const message = incoming(
      { headers, timestamp: 1, messageId: 'm-1', correlationId: 'c-1' },
      { redelivered },
    );
    message.distrust();
    const attributes: Attributes = {};
    message.describe(attributes);
    message.detail(attributes);

    const { id, identity, sentAt, delay } = message;
    expect({ id, identity, sentAt, delay }).toEqual({});
    expect([message.attempt, message.leastAttempt]).toEqual([attempt, leastAttempt]);
    expect(attributes).toEqual({
      'rabbitmq.destination.routing_key': 'orders',
      'rabbitmq.message.delivery_tag': 1,
    });
    expect(message.headers.get('waybill')).toBe('1-2-3');
  },
);

function incoming(
  properties: Record<string, unknown>,
  { redelivered = false, queue = 'orders', connection = {} } = {},
): AmqpIncomingMessage {
  const fields = { exchange: '', routingKey: 'orders', deliveryTag: 1, redelivered };
  const native = { fields, properties, content: Buffer.from('one') } as unknown as Message;
  return new AmqpIncomingMessage(() => new Destination('', 'orders', queue, connection), native);
}
