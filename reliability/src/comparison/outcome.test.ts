import { expect, it } from '@jest/globals';
import { duplicatesOf, lostOf, type Outcome, outOfOrderOf, streams } from './outcome.ts';

it('counts an accepted message that was never delivered as lost', () => {
  expect(lostOf(outcome({ accepted: [3, 1, 2], delivered: [2] }))).toEqual([1, 3]);
});

it('does not count a message that the broker never accepted as lost', () => {
  expect(lostOf(outcome({ accepted: [1], delivered: [1] }))).toEqual([]);
});

it('counts each delivery beyond the first', () => {
  expect(duplicatesOf(outcome({ delivered: [1, 2, 1, 1, 3, 3] }))).toBe(3);
});

it('counts a message out of order if a later one of its stream came before it', () => {
  expect(outOfOrderOf(outcome({ delivered: [0, 2 * streams, streams, 3 * streams] }))).toBe(1);
});

it('does not compare messages of different streams', () => {
  expect(outOfOrderOf(outcome({ delivered: [5, 4, 3, 2, 1, 0] }))).toBe(0);
});

it('checks only the first delivery of a message', () => {
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
