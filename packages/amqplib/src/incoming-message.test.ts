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

it('is known by our header, which names the publish, or by its id', () => {
  expect(incoming({ headers: { waybill: '1-2-3' }, messageId: 'm-1' }).identity).toBe('1-2-3');
  expect(incoming({ headers: {}, messageId: 'm-1' }).identity).toBe('m-1');
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

  expect(message.headerNames()).toEqual(Object.keys(headers));
  expect(Object.keys(headers).map((name) => message.header(name))).toEqual([
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

function incoming(properties: Record<string, unknown>): AmqpIncomingMessage {
  const fields = { exchange: '', routingKey: 'orders', deliveryTag: 1, redelivered: false };
  const native = { fields, properties, content: Buffer.from('one') } as unknown as Message;
  return new AmqpIncomingMessage(new Destination('', 'orders', 'orders', {}), 'orders', native);
}
