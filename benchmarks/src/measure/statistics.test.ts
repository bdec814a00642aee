import { expect, it } from '@jest/globals';
import { median, quantile } from './statistics.ts';

it('finds the middle and the edges, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(quantile([5, 1, 4, 2, 3], 0)).toBe(1);
  expect(quantile([5, 1, 4, 2, 3], 1)).toBe(5);
});
