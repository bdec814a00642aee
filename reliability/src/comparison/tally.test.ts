import { expect, it } from '@jest/globals';
import { addTallies, Counter, kindOf, totalOf } from './tally.ts';

it('counts by kind', () => {
  const counter = new Counter();
  counter.add('b');
  counter.add('a');
  counter.add('b');
  expect(counter.tally()).toEqual({ a: 1, b: 2 });
});

it('adds counts', () => {
  expect(addTallies({ a: 1 }, {}, { a: 2, b: 1 })).toEqual({ a: 3, b: 1 });
  expect(totalOf({ a: 3, b: 1 })).toBe(4);
});

it('counts errors that differ only in numbers and ids as one kind', () => {
  const at = (port: number): Error =>
    Object.assign(new Error(`connect 127.0.0.1:${port}`), { code: 'ECONNREFUSED' });
  expect(kindOf(at(1))).toBe(kindOf(at(65_535)));
  expect(kindOf(at(1))).toBe('Error (ECONNREFUSED): connect N.N.N.N:N');
  expect(kindOf(new Error('no queue 2f1c4d5e-0000-4000-8000-00c0ffee0000'))).toBe('Error: no queue ID');
});

it('counts thrown values that are not errors by their type', () => {
  expect(kindOf('text')).toBe('thrown: string');
});
