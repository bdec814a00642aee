import type { AdapterHarness } from './adapter-harness.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';

/** How one scenario ended on one broker. */
export interface ConformanceRow {
  readonly broker: string;
  readonly scenario: string;
  readonly result: 'passed' | 'failed' | 'excused';

  /** Why it failed or is excused; empty when it passed. */
  readonly reason: string;
}

/** Plays every scenario on an adapter, without a test runner. */
export async function runConformance(
  harness: AdapterHarness,
  played: (row: ConformanceRow) => void = () => undefined,
): Promise<ConformanceRow[]> {
  const rows: ConformanceRow[] = [];
  await harness.start();
  try {
    for (const scenario of scenarios) {
      const row = { broker: harness.broker, scenario: scenario.name, ...(await outcome(scenario, harness)) };
      rows.push(row);
      played(row);
    }
  } finally {
    await harness.stop();
  }
  return rows;
}

async function outcome(
  scenario: (typeof scenarios)[number],
  harness: AdapterHarness,
): Promise<Pick<ConformanceRow, 'result' | 'reason'>> {
  const excuse = harness.excused[scenario.name];
  if (excuse !== undefined) return { result: 'excused', reason: excuse };
  try {
    await runScenario(scenario, harness);
    return { result: 'passed', reason: '' };
  } catch (error) {
    return { result: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
