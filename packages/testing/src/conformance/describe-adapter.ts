import type { AdapterHarness } from './adapter-harness.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';

/** What the suite uses of Jest, and of every runner that is like it. */
interface Runner {
  describe(name: string, define: () => void): void;
  it(name: string, run: () => Promise<void> | void, timeout?: number): void;
  beforeAll(run: () => Promise<void>, timeout?: number): void;
  afterAll(run: () => Promise<void>, timeout?: number): void;
}

/**
 * Holds an adapter to the law: registers one test for every scenario with the test runner (Jest, or one with the same
 * global functions). A scenario that the broker cannot show passes with its reason in its name.
 *
 * @example
 * import { describeAdapter } from '@waybill/testing/conformance';
 * import { harness } from './harness.ts';
 *
 * describeAdapter(harness);
 */
export function describeAdapter(harness: AdapterHarness): void {
  const { describe, it, beforeAll, afterAll } = globalThis as unknown as Runner;
  describe(`conformance: ${harness.broker}`, () => {
    beforeAll(() => harness.start(), 300_000);
    afterAll(() => harness.stop(), 60_000);
    for (const scenario of scenarios) {
      const excuse = harness.excused[scenario.name];
      if (excuse === undefined) it(scenario.name, () => runScenario(scenario, harness), 60_000);
      else it(`${scenario.name} (excused: ${excuse})`, () => undefined);
    }
  });
}
