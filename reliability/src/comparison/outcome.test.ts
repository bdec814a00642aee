import { expect, it } from '@jest/globals';
import { duplicatesOf, lostOf, type Outcome, outOfOrderOf, streams } from './outcome.ts';

it('takes for lost what was accepted and never delivered', () => {
  expect(lostOf(outcome({ accepted: [3, 1, 2], delivered: [2] }))).toEqual([1, 3]);
});

it('takes nothing for lost that the broker never accepted', () => {
  expect(lostOf(outcome({ accepted: [1], delivered: [1] }))).toEqual([]);
});

it('counts each delivery beyond the first', () => {
  expect(duplicatesOf(outcome({ delivered: [1, 2, 1, 1, 3, 3] }))).toBe(3);
});

it('counts a message out of order where a later one of its stream came before it', () => {
  expect(outOfOrderOf(outcome({ delivered: [0, 2 * streams, streams, 3 * streams] }))).toBe(1);
});

it('compares no message with those of other streams', () => {
  expect(outOfOrderOf(outcome({ delivered: [5, 4, 3, 2, 1, 0] }))).toBe(0);
});

it('looks at the first delivery of a message only', () => {
  expect(outOfOrderOf(outcome({ delivered: [0, streams, 0, 2 * streams] }))).toBe(0);
});

function outcome(parts: Partial<Outcome>): Outcome {
  return {
    accepted: [],
    delivered: [],
    errors: {},
    unhandled: {},
    openSpans: {},
    spans: 0,
    heapGrowth: 0,
    ...parts,
  };
}
