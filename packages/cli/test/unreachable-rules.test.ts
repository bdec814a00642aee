import { describe, expect, it } from '@jest/globals';
import { createWaybill } from '@waybill/core';
import fc from 'fast-check';
import { unreachableRules } from '../src/policy/unreachable-rules.ts';

describe('rules that never hold', () => {
  it('are those that hold for none of all short names', () => {
    const names = namesUpTo(5);
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[ab*?]{1,4}$/), { maxLength: 4 }), (patterns) => {
        const policy = { queues: Object.fromEntries(patterns.map((pattern) => [pattern, {}])) };
        const waybill = createWaybill({ policy });
        const holding = new Set(names.map((name) => waybill.explain(name).rule));

        const found = unreachableRules(policy).map(({ pattern }) => pattern);

        expect(found).toEqual(patterns.filter((pattern) => !holding.has(pattern)));
      }),
      { numRuns: 200 },
    );
  });

  it('are not those that hold only for names with a letter that stands in no pattern', () => {
    const patterns = ['*a*', 'a*', '?a?', `${'?'.repeat(9)}a${'?'.repeat(9)}`];

    expect(
      unreachableRules({ queues: Object.fromEntries(patterns.map((pattern) => [pattern, {}])) }),
    ).toEqual([]);
  });

  it('are not those with a second colon', () => {
    expect(unreachableRules({ queues: { 'kafka:orders:*': {}, 'kafka:orders:eu': {} } })).toEqual([]);
  });

  it('are told of a policy that is switched off, too', () => {
    expect(unreachableRules({ enabled: false, queues: { '*': {}, '**': {} } })).toEqual([
      { pattern: '**', because: 'every queue that it matches goes by "*". Leave one of them out.' },
    ]);
  });
});

/** All names of three letters up to a length. Two letters stand in patterns, the third in none. */
function namesUpTo(length: number): string[] {
  const all: string[] = [];
  let last = [''];
  for (let size = 1; size <= length; size += 1) {
    last = last.flatMap((name) => ['a', 'b', 'x'].map((letter) => name + letter));
    all.push(...last);
  }
  return all;
}
