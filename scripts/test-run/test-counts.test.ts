import { describe, expect, it } from '@jest/globals';
import type { JestResult } from './jest-result.ts';
import { countTests, isGreen, sumCounts, summaryLine } from './test-counts.ts';

const allPassed: JestResult = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};

describe('countTests', () => {
  it('counts what Jest counted', () => {
    expect(countTests({ ...allPassed, success: false, numFailedTests: 2 })).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0,
    });
  });

  it('counts a suite that could not run as a failure', () => {
    expect(countTests({ ...allPassed, success: false, numRuntimeErrorTestSuites: 2 }).failed).toBe(2);
  });

  it('counts a run that failed without a failed test, as in a global teardown', () => {
    expect(countTests({ ...allPassed, success: false }).failed).toBe(1);
  });

  it('counts pending and todo tests as skipped', () => {
    expect(countTests({ ...allPassed, numPendingTests: 1, numTodoTests: 1 }).skipped).toBe(2);
  });
});

describe('isGreen', () => {
  const strict = { maySkip: false };

  it('needs a passed test and no failed or skipped one', () => {
    expect(isGreen({ passed: 1, failed: 0, skipped: 0 }, strict)).toBe(true);
    expect(isGreen({ passed: 0, failed: 0, skipped: 0 }, strict)).toBe(false);
    expect(isGreen({ passed: 1, failed: 1, skipped: 0 }, strict)).toBe(false);
    expect(isGreen({ passed: 1, failed: 0, skipped: 1 }, strict)).toBe(false);
  });

  it('lets a filtered run skip', () => {
    expect(isGreen({ passed: 1, failed: 0, skipped: 9 }, { maySkip: true })).toBe(true);
  });
});

it('sums projects into one line', () => {
  const total = sumCounts([
    { passed: 1, failed: 2, skipped: 3 },
    { passed: 10, failed: 20, skipped: 30 },
  ]);
  expect(summaryLine(total)).toBe('11 passed, 22 failed, 33 skipped');
});
