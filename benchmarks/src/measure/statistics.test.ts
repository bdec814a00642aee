import { expect, it } from '@jest/globals';
import { cost, median, quantile } from './statistics.ts';

it('finds the middle and the edges, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(quantile([5, 1, 4, 2, 3], 0)).toBe(1);
  expect(quantile([5, 1, 4, 2, 3], 1)).toBe(5);
  expect(cost([9, ...Array.from({ length: 19 }, (_, index) => index + 10)])).toBe(11);
});
