/** The part of Jest's `--json` output that is read here. */
export interface JestResult {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly JestFileResult[];
}

export interface JestFileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly JestAssertionResult[];
}

export interface JestAssertionResult {
  readonly fullName: string;
  readonly status: string;
}

/** What stands for a run that left no result at all: it crashed, or was killed. */
export const crashedRun: JestResult = {
  success: false,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};
