import { expect, it } from '@jest/globals';
import { headerRoom } from './header-room.ts';

it.each<[string, unknown, number]>([
  ['nothing', undefined, 9],
  ['a text', { a: 'bc' }, 5 + 2 + 7],
  ['bytes', { a: Buffer.alloc(100) }, 5 + 2 + 105],
  [
    'an array of bytes that is no Buffer, which is written as a table',
    { a: new Uint8Array(2) },
    5 + 2 + 5 + 2 * (2 + 9),
  ],
])('takes off what amqplib writes of %s', (_, headers, bytes) => {
  expect(headerRoom(headers, undefined, {})).toBe(65_536 - bytes);
});
