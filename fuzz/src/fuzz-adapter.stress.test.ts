import { describe, expect, it } from '@jest/globals';
import { adapters } from './adapters/index.ts';
import { formatFailure } from './summary.ts';
import { runTasks } from './worker-pool.ts';

/** Over all adapters; a million are run by hand. */
const cases = 20_000;

describe.each(adapters)('$name', (adapter) => {
  it('handles any message', async () => {
    const task = { adapter: adapter.name, cases: Math.ceil(cases / adapters.length), seed: 1 };
    const { results } = await runTasks([task], 1, () => undefined);

    expect(results.flatMap(({ failures }) => failures.map(formatFailure)).join('\n')).toBe('');
    expect(results.map((result) => result.cases)).toEqual([task.cases]);
  }, 120_000);
});
