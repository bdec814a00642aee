import { expect, it } from '@jest/globals';
import type { Options } from 'amqplib';
import { headerRoom } from './outgoing-headers.ts';

it.each<[string, unknown, number]>([
  ['nothing', undefined, 9],
  ['a text', { a: 'bc' }, 5 + 2 + 7],
  ['a list', { a: ['b', 'c'] }, 5 + 2 + 5 + 2 * 6],
  ['bytes', { a: Buffer.alloc(100) }, 5 + 2 + 105],
  [
    'an array of bytes that is no Buffer, which is written as a table',
    { a: new Uint8Array(2) },
    5 + 2 + 5 + 2 * (2 + 9),
  ],
])('takes off what amqplib writes of %s', (_, headers, bytes) => {
  expect(headerRoom(headers, undefined, {})).toBe(65_536 - bytes);
});

it.each<[string, Options.Publish]>([
  ['CC', { CC: 'x'.repeat(1_000) }],
  ['CC, a list', { CC: ['x'.repeat(400), 'x'.repeat(600)] }],
  ['BCC', { BCC: 'x'.repeat(1_000) }],
  ['BCC, a list', { BCC: ['x'.repeat(400), 'x'.repeat(600)] }],
])('takes off the copies that amqplib writes into the headers: %s', (_, options) => {
  const without = headerRoom(undefined, {}, {});
  const room = headerRoom(undefined, options, {});

  expect(without - room).toBeGreaterThanOrEqual(1_000);
  expect(without - room).toBeLessThan(1_100);
});

it('there is none beside a table that holds itself', () => {
  const table: Record<string, unknown> = {};
  table.self = [table];
  expect(headerRoom(table, undefined, {})).toBe(Number.NEGATIVE_INFINITY);
});
