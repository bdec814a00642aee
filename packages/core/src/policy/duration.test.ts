import { describe, expect, it } from '@jest/globals';
import { parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1m', 60_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['0.25s', 250],
    ['0s', 0],
    ['007m', 420_000],
    [1_500, 1_500],
    [0.5, 0.5],
    [0, 0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('reads %j as %d ms', (value, milliseconds) => {
    expect(parseDuration(value)).toBe(milliseconds);
  });

  it.each([
    ['a negative number', -1],
    ['a negative text', '-1s'],
    ['a sign', '+1s'],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['infinity as text', 'Infinityms'],
    ['more than a number holds', `${'9'.repeat(400)}d`],
    ['no unit', '1000'],
    ['no number', 'ms'],
    ['nothing', ''],
    ['a unit spelt out', '1 minute'],
    ['a space between', '1 m'],
    ['a space around', ' 1m '],
    ['a line end', '1m\n'],
    ['a unit in upper case', '1M'],
    ['a unit we do not know', '1w'],
    ['an exponent', '1e3ms'],
    ['hex', '0x10ms'],
    ['a comma', '1,5h'],
    ['half a fraction', '1.h'],
    ['two units', '1h30m'],
    ['other digits', '١m'],
    ['null', null],
    ['undefined', undefined],
    ['true', true],
    ['a bigint', 5n],
    ['a number object', Object(5)],
    ['an array', ['1m']],
    ['an object', { valueOf: () => 5 }],
  ])('refuses %s', (_case, value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});
