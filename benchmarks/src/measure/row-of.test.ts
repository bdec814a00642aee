import { expect, it } from '@jest/globals';
import type { RowPlan } from '../group.ts';
import { rowOf } from './row-of.ts';
import { median } from './statistics.ts';

const plan: RowPlan = {
  name: 'a/over-b',
  goal: 0.7,
  unit: 'ns',
  compare: ({ a = [], b = [] }) => ({ ours: median(a), theirs: median(b) }),
};
const same = (value: number): number[] => Array.from({ length: 12 }, () => value);

it('takes the median of the processes, and the spread of their parts', () => {
  const wavering = [...same(4), ...same(6), ...same(8)];
  const row = rowOf(plan, [
    { a: wavering, b: Array.from({ length: 36 }, () => 10) },
    { a: same(7), b: same(10) },
    { a: same(9), b: same(10) },
  ]);

  expect(row).toEqual({
    name: 'a/over-b',
    ratio: 0.7,
    spread: [0.4, 0.9],
    goal: 0.7,
    reached: true,
    ours: 7,
    theirs: 10,
    unit: 'ns',
  });
});

it('has a spread of 5 % at the least', () => {
  expect(rowOf(plan, [{ a: same(8), b: same(10) }]).spread).toEqual([0.76, 0.84]);
});

it('says when a goal is not reached, upwards too', () => {
  expect(rowOf(plan, [{ a: same(8), b: same(10) }]).reached).toBe(false);
  expect(rowOf({ ...plan, goal: 0.97, atLeast: true }, [{ a: same(8), b: same(10) }]).reached).toBe(false);
  expect(rowOf({ ...plan, goal: 0.97, atLeast: true }, [{ a: same(10), b: same(10) }]).reached).toBe(true);
});
