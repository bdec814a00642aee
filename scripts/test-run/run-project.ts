import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashedRun, type JestResult } from './jest-result.ts';
import { listFailures } from './list-failures.ts';
import type { TestProject } from './parse-test-arguments.ts';
import { runJest } from './run-jest.ts';
import { countTests, type TestCounts } from './test-counts.ts';

export interface ProjectResult {
  readonly project: TestProject;
  /** Which run of it, from 1. */
  readonly run: number;
  readonly counts: TestCounts;
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** Runs one Jest project; its progress goes to the terminal, its counts come from Jest's JSON. */
export async function runProject(
  project: TestProject,
  run: number,
  jestArguments: readonly string[],
): Promise<ProjectResult> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  const removeDirectory = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeDirectory);
  const resultFile = join(directory, 'result.json');
  const started = performance.now();
  try {
    const exitCode = await runJest(argumentsOf(project, resultFile, jestArguments));
    const result = readResult(resultFile);
    return {
      project,
      run,
      counts: countTests({ ...result, success: result.success && exitCode === 0 }),
      failures: listFailures(result),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    removeDirectory();
    process.off('exit', removeDirectory);
  }
}

/** Jest's arguments for one project, whose result goes to `resultFile`. */
export function argumentsOf(
  project: TestProject,
  resultFile: string,
  jestArguments: readonly string[],
): string[] {
  return [
    // Another option has to follow: Jest takes every word directly behind this one for a project too.
    `--selectProjects=${project}`,
    '--json',
    `--outputFile=${resultFile}`,
    // A filter may leave a project without tests; a full run may not.
    ...(jestArguments.length > 0 ? ['--passWithNoTests', ...jestArguments] : []),
  ];
}

function readResult(file: string): JestResult {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return crashedRun;
  }
}
