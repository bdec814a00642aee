import { expect, it } from '@jest/globals';
import type { Message } from 'amqplib';
import { deliveryCount } from './delivery-count.ts';

const waited = { queue: 'waiting', reason: 'expired', count: 2 };
const rejected = { queue: 'orders', reason: 'rejected', count: 2 };

it.each<[string, boolean, Record<string, unknown>, number | undefined, number]>([
  ['the first delivery', false, {}, 1, 1],
  ['another one, which a classic queue does not count', true, {}, undefined, 2],
  ['another one, which a quorum queue counts', true, { 'x-delivery-count': 3 }, 4, 4],
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
])('tells %s', (_what, redelivered, headers, exactly, atLeast) => {
  const message = { fields: { redelivered }, properties: { headers } };

  expect(deliveryCount('orders', message as unknown as Message)).toEqual({ exactly, atLeast });
});
