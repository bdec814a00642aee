import { expect, it } from '@jest/globals';
import { gateFigures, gateProblems, readCommitted } from './gate.ts';

it('a message allocates no more bytes, and core is no larger, than the committed figures allow', async () => {
  expect(gateProblems(readCommitted(), await gateFigures())).toEqual([]);
}, 300_000);

const committed = { 'a/bytes': 100, 'a/attributes': 8 };

it('3 % more is allowed', () => {
  expect(gateProblems(committed, { 'a/bytes': 103, 'a/attributes': 8 })).toEqual([]);
  expect(gateProblems(committed, { 'a/bytes': 104, 'a/attributes': 8 })).toEqual([
    expect.stringContaining('a/bytes is 104 and was 100.'),
  ]);
});

it('another number of attributes is a problem, also when it is lower', () => {
  expect(gateProblems(committed, { 'a/bytes': 90, 'a/attributes': 7 })).toHaveLength(1);
});

it('what has no committed figure is a problem', () => {
  expect(gateProblems({}, { 'a/bytes': 1 })).toHaveLength(1);
});
