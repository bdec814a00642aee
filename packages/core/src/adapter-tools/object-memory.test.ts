import { expect, it } from '@jest/globals';
import { LimitedMap, perObject } from './object-memory.ts';

it('what is made for an object is made once, and another one has its own', () => {
  let made = 0;
  const numberOf = perObject((_connection: object) => ++made);
  const [first, second] = [{}, {}];

  expect([numberOf(first), numberOf(second), numberOf(first)]).toEqual([1, 2, 1]);
});

it('a limited map forgets what was added first, and counts what is set again only once', () => {
  const map = new LimitedMap<string, number>(2);
  map.set('a', 1).set('b', 2).set('b', 3).set('c', 4);

  expect([...map]).toEqual([
    ['b', 3],
    ['c', 4],
  ]);
});
