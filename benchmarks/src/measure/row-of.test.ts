import { expect, it } from '@jest/globals';
import type { RowPlan } from '../group.ts';
import { rowOf } from './row-of.ts';

const plan: RowPlan = {
  name: 'a/over-b',
  unit: 'ns',
  compare: (figure) => ({ ours: figure('a', 'ns'), theirs: figure('b', 'ns') }),
};
const turns = (...thirds: readonly number[]): number[] =>
  thirds.flatMap((value) => Array.from({ length: 12 }, () => value));
const measured = (a: readonly number[]) => ({ a: { ns: a }, b: { ns: turns(10, 10, 10) } });

it('a ratio is the median of the processes, and its spread that of their thirds', () => {
  const processes = [turns(7, 7, 7), turns(6, 7, 8), turns(9, 9, 9)].map(measured);

  expect(rowOf(plan, processes)).toEqual({
    name: 'a/over-b',
    ratio: 0.7,
    spread: [0.6, 0.9],
    ours: 7,
    theirs: 10,
    unit: 'ns',
  });
});

it.each([
  [0.7, true],
  [0.69, false],
])('a goal of %s is reached: %s', (goal, reached) => {
  expect(rowOf(plan, [measured(turns(7, 7, 7))], goal)).toMatchObject({ goal, reached });
});

it('a row whose spread is wider than 15 % does not say whether its goal is reached', () => {
  expect(rowOf(plan, [measured(turns(7, 7, 8))], 0.8)).toMatchObject({ spread: [0.7, 0.8], reached: true });

  const wide = rowOf(plan, [measured(turns(7, 7, 8.1))], 0.8);

  expect(wide).toMatchObject({ goal: 0.8, spread: [0.7, 0.81] });
  expect(wide).not.toHaveProperty('reached');
});

it('what was measured once counts in every third', () => {
  const once = { a: { ns: [7] }, b: { ns: turns(10, 10, 10) } };

  expect(rowOf(plan, [once])).toMatchObject({ ratio: 0.7, spread: [0.7, 0.7] });
});
