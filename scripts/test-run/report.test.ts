import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { countTests, formatReport, isGreen, type JestResult, listFailures } from './report.ts';

const allPassed: JestResult = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};

it.each([
  ['a failed test', { success: false, numFailedTests: 2 }, { failed: 2 }],
  [
    'a suite that could not run as a failure',
    { success: false, numRuntimeErrorTestSuites: 2 },
    { failed: 2 },
  ],
  ['a run that failed without a failed test as one failure', { success: false }, { failed: 1 }],
  ['pending and todo tests as skipped', { numPendingTests: 1, numTodoTests: 1 }, { skipped: 2 }],
])('counts %s', (_, result, counts) => {
  expect(countTests({ ...allPassed, ...result })).toEqual({ passed: 3, failed: 0, skipped: 0, ...counts });
});

it('lists failed tests and files that could not run by their path in the repository', () => {
  const file = (name: string, assertionResults: JestResult['testResults'][number]['assertionResults']) => ({
    name: join(process.cwd(), name),
    status: 'failed',
    assertionResults,
  });
  const testResults = [
    file('a.test.ts', [
      { ancestorTitles: [], fullName: 'adds', status: 'failed' },
      { ancestorTitles: [], fullName: 'subtracts', status: 'passed' },
    ]),
    file('b.test.ts', []),
  ];
  expect(listFailures({ ...allPassed, testResults })).toEqual([
    'a.test.ts: adds',
    'b.test.ts: could not run',
  ]);
});

it.each([
  [{ passed: 1, failed: 0, skipped: 0 }, false, true],
  [{ passed: 0, failed: 0, skipped: 0 }, false, false],
  [{ passed: 1, failed: 1, skipped: 0 }, false, false],
  [{ passed: 1, failed: 0, skipped: 1 }, false, false],
  [{ passed: 1, failed: 0, skipped: 9 }, true, true],
])('%j, where tests may be skipped: %s, is green: %s', (counts, maySkip, green) => {
  expect(isGreen(counts, maySkip)).toBe(green);
});

describe('the report', () => {
  const counts = { passed: 12, failed: 1, skipped: 0 };
  const unit = { project: 'unit', run: 1, counts, failures: ['a.test.ts: adds'], seconds: 1.26 };

  it('names what failed, counts each project and ends with the sum', () => {
    const container = {
      ...unit,
      project: 'container',
      counts: { ...counts, failed: 0 },
      failures: [],
      seconds: 20,
    };
    expect(formatReport([unit, container])).toBe(
      [
        'Failed:',
        '  ✕ a.test.ts: adds',
        '',
        '                 passed   failed  skipped     time',
        'unit                 12        1        0    1.3 s',
        'container            12        0        0   20.0 s',
        '',
        '24 passed, 1 failed, 0 skipped',
      ].join('\n'),
    );
  });

  it('names the run of each failure and of each count where there were several', () => {
    const report = formatReport([
      { ...unit, failures: [] },
      { ...unit, run: 2 },
    ]);
    expect(report).toContain('  ✕ run 2: a.test.ts: adds\n');
    expect(report).toMatch(/^unit 1 .*\nunit 2 /m);
  });
});
