import { relative } from 'node:path';
import type { JestResult } from './jest-result.ts';

/** One line for every failed test, and for every file that could not run. */
export function listFailures(result: JestResult): string[] {
  return result.testResults
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const path = relative(process.cwd(), file.name);
      const failed = file.assertionResults.filter((assertion) => assertion.status === 'failed');
      return failed.length > 0
        ? failed.map((assertion) => `${path}: ${assertion.fullName}`)
        : [`${path}: could not run`];
    });
}
