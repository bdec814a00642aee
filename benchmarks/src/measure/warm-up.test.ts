import { expect, it } from '@jest/globals';
import { hasSettled } from './warm-up.ts';

const of = (value: number): number[] => Array.from({ length: 8 }, () => value);

it('a variant is not warm while its cost falls', () => {
  expect(hasSettled([...of(10), ...of(8)])).toBe(false);
  expect(hasSettled([...of(10), ...of(8), ...of(7.9)])).toBe(true);
});

it('a variant is not warm before there is anything to compare', () => {
  expect(hasSettled(of(10))).toBe(false);
});

it('one slow turn does not make a variant warm', () => {
  expect(hasSettled([...of(10), ...of(8).slice(1), 100])).toBe(false);
});
