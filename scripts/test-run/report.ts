import { relative } from 'node:path';

/** The part of Jest's `--json` output that is read here. */
export interface JestResult {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly fullName: string;
      readonly status: string;
    }[];
  }[];
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One run of one project. */
export interface ProjectResult {
  readonly project: string;
  /** From 1. */
  readonly run: number;
  readonly counts: TestCounts;
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** Counts Jest's own result. A suite that could not run is one failure, and so is a run that failed as a whole. */
export function countTests(result: JestResult): TestCounts {
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && !result.success ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** One line for every failed test, and for every file that could not run. */
export function listFailures(result: JestResult): string[] {
  return result.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      const path = relative(process.cwd(), name);
      return failed.length > 0
        ? failed.map(({ fullName }) => `${path}: ${fullName}`)
        : [`${path}: could not run`];
    });
}

export function sumCounts(results: readonly ProjectResult[]): TestCounts {
  const sum = (kind: keyof TestCounts): number =>
    results.reduce((total, { counts }) => total + counts[kind], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** Whether a run is a success. A run without tests is not, and one with skipped tests only where it may skip. */
export function isGreen(counts: TestCounts, maySkip: boolean): boolean {
  return counts.failed === 0 && counts.passed > 0 && (maySkip || counts.skipped === 0);
}

/** The failures by name, a row of counts for each project and the sum. Where there were several runs, each is named. */
export function formatReport(results: readonly ProjectResult[]): string {
  const several = results.some(({ run }) => run > 1);
  const failures = results.flatMap(({ run, failures }) =>
    failures.map((failure) => `  ✕ ${several ? `run ${run}: ` : ''}${failure}`),
  );
  const rows = results.map(({ project, run, counts, seconds }) =>
    row(
      several ? `${project} ${run}` : project,
      counts.passed,
      counts.failed,
      counts.skipped,
      `${seconds.toFixed(1)} s`,
    ),
  );
  const { passed, failed, skipped } = sumCounts(results);
  return [
    ...(failures.length > 0 ? ['Failed:', ...failures, ''] : []),
    row('', 'passed', 'failed', 'skipped', 'time'),
    ...rows,
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n');
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(14) + cells.map((cell) => String(cell).padStart(9)).join('');
}
