import { expect, it } from '@jest/globals';
import { sample } from './sample.ts';

const items = Array.from({ length: 100 }, (_, number) => number);

it('takes the same for the same seed, each once and in order', () => {
  const taken = sample(items, 10, 7);
  expect(taken).toEqual(sample(items, 10, 7));
  expect(taken).not.toEqual(sample(items, 10, 8));
  expect(taken).toEqual([...new Set(taken)].sort((one, other) => one - other));
  expect(taken).toHaveLength(10);
});

it('takes all where there are no more', () => {
  expect(sample([1, 2], 5, 1)).toEqual([1, 2]);
});
