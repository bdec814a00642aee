import { expect, it } from '@jest/globals';
import { durationText } from './duration-text.ts';

it.each([
  [0, '0 ms'],
  [0.04, '0 ms'],
  [0.26, '0.3 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1_540, '1.5 s'],
  [59_940, '60 s'],
  [59_960, '1 m'],
  [123_000, '2 m 3 s'],
  [3_599_700, '1 h'],
  [3_720_000, '1 h 2 m'],
  [86_399_000, '1 d'],
  [273_600_000, '3 d 4 h'],
])('%d ms is told as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
