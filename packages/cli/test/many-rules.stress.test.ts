import { expect, it } from '@jest/globals';
import { unreachableRules } from '../src/policy/unreachable-rules.ts';
import { visitNames } from '../src/policy/visit-names.ts';

it('rules that never hold are found among a thousand', () => {
  const patterns = Array.from({ length: 350 }, (_, index) => [
    `orders.${index}`,
    `p${index}.*`,
    `*.q${index}`,
  ]).flat();
  const queues = Object.fromEntries([...patterns, '*.q7*x', '*.q7**x'].map((pattern) => [pattern, {}]));

  expect(unreachableRules({ queues }).map(({ pattern }) => pattern)).toEqual(['*.q7**x']);
});

it('names are not searched without end', () => {
  const patterns = Array.from({ length: 40 }, (_, index) => `*${'ab'.repeat(index % 7)}?*c?${index}*b`);

  expect(visitNames('*?*?*a*?*b', patterns, () => false)).toBe(false);
});
