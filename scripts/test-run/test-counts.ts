import type { JestResult } from './jest-result.ts';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts Jest's own result. A suite that could not run, or a run that failed as a whole, is one failure. */
export function countTests(result: JestResult): TestCounts {
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const failedAsAWhole = !result.success && failed === 0;
  return {
    passed: result.numPassedTests,
    failed: failedAsAWhole ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

export function sumCounts(all: readonly TestCounts[]): TestCounts {
  return all.reduce(
    (sum, counts) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** A run in which nothing ran proves nothing, so it is not green either. */
export function isGreen(counts: TestCounts, { maySkip }: { maySkip: boolean }): boolean {
  return counts.failed === 0 && counts.passed > 0 && (maySkip || counts.skipped === 0);
}

export function summaryLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
