import { describe, expect, it } from '@jest/globals';
import type { Message } from 'amqplib';
import { deliveryCount, waitedByTtl } from './delivery-history.ts';

const waited = { queue: 'waiting', reason: 'expired', count: 2 };
const rejected = { queue: 'orders', reason: 'rejected', count: 2 };

it.each<[string, boolean, Record<string, unknown>, number | undefined, number]>([
  ['the first delivery', false, {}, 1, 1],
  ['another one, which a classic queue does not count', true, {}, undefined, 2],
  ['another one, which a quorum queue counts', true, { 'x-delivery-count': 3 }, 4, 4],
  ['another one, which did not count as one', true, { 'x-delivery-count': 0 }, 1, 1],
  [
    'the first one of what a handler passed on with the count of its own queue',
    false,
    { 'x-delivery-count': 2, 'x-acquired-count': 2 },
    1,
    1,
  ],
  [
    'the third round, with a count that was passed on',
    false,
    { 'x-death': [rejected], 'x-delivery-count': 7 },
    undefined,
    3,
  ],
  ['the first one after a delay queue', false, { 'x-death': [waited] }, undefined, 1],
  ['the third round of a loop', false, { 'x-death': [waited, rejected] }, undefined, 3],
  ['another one in the third round', true, { 'x-death': [waited, rejected] }, undefined, 4],
  [
    'the third round, with the count of the second',
    true,
    { 'x-death': [waited, rejected], 'x-delivery-count': 2 },
    undefined,
    3,
  ],
  [
    'the first one of a dead letter, with the count of the queue that it comes from',
    true,
    { 'x-death': [{ ...rejected, queue: 'others' }], 'x-delivery-count': 7 },
    undefined,
    1,
  ],
  [
    'what a sender wrote there itself',
    false,
    { 'x-death': 'no list', 'x-delivery-count': 'two' },
    undefined,
    1,
  ],
  ['letters that are none', false, { 'x-death': [null, 'text', { queue: 'orders' }] }, undefined, 1],
])('tells %s', (_what, redelivered, headers, attempt, leastAttempt) => {
  const message = { fields: { redelivered }, properties: { headers } } as unknown as Message;

  expect(deliveryCount(message, { queue: 'orders', connection: {} })).toEqual({ attempt, leastAttempt });
});

describe('the count of a message that came with one', () => {
  it('is not its queue’s at the first delivery, nor while it stays as it came', () => {
    const connection = {};

    expect([
      isOwnCount(connection, 'orders m-1', 2, false),
      isOwnCount(connection, 'orders m-1', 2, true),
      isOwnCount(connection, 'orders m-1', 2, true),
    ]).toEqual([false, false, false]);
  });

  it('is its queue’s when it changed, and that of another message, queue or connection is its own', () => {
    const connection = {};
    isOwnCount(connection, 'orders m-1', 2, false);

    expect(isOwnCount(connection, 'orders m-1', 1, true)).toBe(true);
    expect(isOwnCount(connection, 'orders m-2', 2, true)).toBe(true);
    expect(isOwnCount(connection, 'returns m-1', 2, true)).toBe(true);
    expect(isOwnCount({}, 'orders m-1', 2, true)).toBe(true);
  });

  it('is its queue’s where nothing names the message', () => {
    const connection = {};

    expect(isOwnCount(connection, undefined, 2, false)).toBe(false);
    expect(isOwnCount(connection, undefined, 2, true)).toBe(true);
  });

  it('is forgotten when there are very many', () => {
    const connection = {};
    for (let number = 0; number <= 1_000; number += 1) isOwnCount(connection, `orders ${number}`, 2, false);

    expect(isOwnCount(connection, 'orders 0', 2, true)).toBe(true);
    expect(isOwnCount(connection, 'orders 1', 2, true)).toBe(false);
  });
});

describe('a message waited', () => {
  const time = { '!': 'timestamp', value: 1_700_000_000 };
  const expired = { queue: 'delay', reason: 'expired', count: 1, time };
  const rejected = { queue: 'work', reason: 'rejected', count: 1, time };

  it.each<[string, unknown, object | undefined]>([
    ['not, without x-death', undefined, undefined],
    ['as long as its sender said', [{ ...expired, 'original-expiration': '60000' }], { delay: 60_000 }],
    ['until the time to live of its queue was over', [expired], { dueAt: 1_700_000_000_000 }],
    [
      'until then, where the time is a number',
      [{ ...expired, time: 1_700_000_000 }],
      { dueAt: 1_700_000_000_000 },
    ],
    ['not, where it was rejected', [rejected], undefined],
    ['for a retry alone, which is no delay', [expired, rejected], undefined],
    [
      'for a retry in the same queue, after its delay',
      [{ ...expired, count: 2, 'original-expiration': '60000' }, rejected],
      { delay: 60_000 },
    ],
    ['several times, of which only the last is known', [{ ...expired, count: 2 }, rejected], undefined],
    [
      'in two queues, of which the first delayed it',
      [
        { ...expired, count: 1 },
        { ...expired, 'original-expiration': '5' },
      ],
      { delay: 5 },
    ],
    ['for an unknown time', [{ queue: 'delay', reason: 'expired', count: 1 }], undefined],
    ['as long as a sender says who writes nonsense', 'x', undefined],
    [
      'as long as another says',
      [null, 5, { reason: 'expired', count: 'x', 'original-expiration': 'soon' }],
      undefined,
    ],
    ['as long as a third says', [{ ...expired, time: { value: 'x' } }], undefined],
  ])('%s', (_how, death, waited) => {
    expect(waitedByTtl(death === undefined ? undefined : ({ 'x-death': death } as never))).toEqual(waited);
  });
});

/** Whether the queue wrote the count of a message. */
function isOwnCount(
  connection: object,
  identity: string | undefined,
  count: number,
  redelivered: boolean,
): boolean {
  const message = { fields: { redelivered }, properties: { headers: { 'x-delivery-count': count } } };
  const { attempt } = deliveryCount(
    message as unknown as Message,
    { queue: 'orders', connection },
    () => identity,
  );
  return attempt === 1 + count;
}
