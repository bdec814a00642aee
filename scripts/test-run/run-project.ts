import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from './parse-test-arguments.ts';
import { countTests, type JestResult, listFailures, type ProjectResult } from './report.ts';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const root = join(import.meta.dirname, '../..');
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/** Runs one Jest project; its progress goes to the terminal, its counts come from Jest's JSON. */
export async function runProject(
  project: TestProject,
  run: number,
  jestArguments: readonly string[],
): Promise<ProjectResult> {
  const started = performance.now();
  const result = await resultOf(project, jestArguments);
  const seconds = (performance.now() - started) / 1000;
  // A run that crashed or was killed leaves no result.
  if (result === undefined) {
    return { project, run, counts: { passed: 0, failed: 1, skipped: 0 }, failures: [], seconds };
  }
  return { project, run, counts: countTests(result), failures: listFailures(result), seconds };
}

/** Runs one Jest project and gives what Jest says of it; `undefined` where it came to no result. */
export async function resultOf(
  project: TestProject,
  jestArguments: readonly string[],
): Promise<JestResult | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  const removeDirectory = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeDirectory);
  const resultFile = join(directory, 'result.json');
  try {
    const exitCode = await runJest(argumentsOf(project, resultFile, jestArguments), environmentOf(project));
    const result = readResult(resultFile);
    return result && { ...result, success: result.success && exitCode === 0 };
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
    // Another option has to follow: Jest reads every word directly after this one as a project, too.
    `--selectProjects=${project}`,
    '--json',
    `--outputFile=${resultFile}`,
    ...(jestArguments.some(choosesWorkers) ? [] : workers[project]),
    // A filter may leave a project without tests; a full run may not.
    ...(jestArguments.length > 0 ? ['--passWithNoTests', ...jestArguments] : []),
  ];
}

/** How many files run at once, where Jest's own choice, one less than there are processors, is none for a machine of two. */
const workers: Readonly<Record<TestProject, readonly string[]>> = {
  unit: ['--maxWorkers=100%'],
  integration: ['--maxWorkers=100%'],
  // They measure.
  stress: [],
  package: [],
  // Its tests wait for brokers most of the time, so several files at once take less time even on one processor.
  container: ['--maxWorkers=3'],
};

function choosesWorkers(argument: string): boolean {
  return /^(--maxWorkers|-w|--runInBand|-i)\b/.test(argument);
}

/**
 * The environment of Jest for one project. Where nothing is measured, Node keeps what it compiles, also for the programs that the
 * tests start: each takes half the time with TypeScript that is stripped of its types already.
 */
function environmentOf(project: TestProject): NodeJS.ProcessEnv {
  if (project !== 'unit' && project !== 'integration') return process.env;
  return { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'), ...process.env };
}

/** Runs Jest to its end and gives its exit code. Jest never outlives this process. */
function runJest(jestArguments: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // Test files and what they import are ES modules, some of them published as nothing else.
  const flags = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, jest, ...jestArguments], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const stopWithUs = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    process.exit(1);
  };
  for (const signal of stopSignals) process.once(signal, stopWithUs);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    for (const signal of stopSignals) process.off(signal, stopWithUs);
  });
}

function readResult(file: string): JestResult | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
