import { expect, it } from '@jest/globals';
import type { Message } from 'amqplib';
import { settlementOf } from './settlement.ts';

const error = new RangeError('no stock');
const done = (): void => undefined;
const failure = { error };

/** A message that was recovered so often. */
function recovered(counts: Readonly<Record<string, number>>): Message {
  const rascal = { originalQueue: 'orders', recovery: { orders: counts } };
  return { properties: { headers: { rascal } } } as unknown as Message;
}

it.each<[string, unknown[], unknown]>([
  ['nothing', [], { settlement: 'ack', all: false, failure: undefined }],
  ['a callback', [done], { settlement: 'ack', all: false, failure: undefined }],
  ['no error', [undefined, { all: true }, done], { settlement: 'ack', all: true, failure: undefined }],
  ['an error', [error], { settlement: 'reject', all: false, failure }],
  ['an error and a callback', [error, done], { settlement: 'reject', all: false, failure }],
  ['a requeue', [error, { strategy: 'nack', requeue: true }], { settlement: 'requeue', all: false, failure }],
  ['a nack of all', [error, { strategy: 'nack', all: true }], { settlement: 'reject', all: true, failure }],
  ['an ack', [error, { strategy: 'ack' }], { settlement: 'reject', all: false, failure }],
  ['a republish', [error, { strategy: 'republish' }], { settlement: 'requeue', all: false, failure }],
  ['a forward', [error, [{ strategy: 'forward' }], done], { settlement: 'sent-on', all: false, failure }],
  [
    'attempts that are left',
    [error, [{ strategy: 'forward', attempts: 3 }, { strategy: 'nack' }]],
    { settlement: 'sent-on', all: false, failure },
  ],
  [
    'attempts that are spent',
    [
      error,
      [
        { strategy: 'republish', attempts: 2 },
        { strategy: 'nack', requeue: true },
      ],
    ],
    { settlement: 'requeue', all: false, failure },
  ],
  ['what there is not', [error, { strategy: 'none' }], { settlement: 'reject', all: false, failure }],
])('reads %s', (_name, args, expected) => {
  expect(settlementOf(recovered({ republished: 2, forwarded: 2 }), args)).toEqual(expected);
});

it('reads a message that was never recovered', () => {
  const message = { properties: { headers: undefined } } as unknown as Message;

  expect(settlementOf(message, [error, { strategy: 'republish', attempts: 1 }]).settlement).toBe('requeue');
});
