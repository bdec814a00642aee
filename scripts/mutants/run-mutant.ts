import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Mutant } from './find-mutants.ts';

/** How long the tests of a folder may take, in ms. */
const longestBeside = 60_000;
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/**
 * Whether the tests that import a mutant's file notice it.
 *
 * @param copy a copy of the repository, in which the mutant is written for the run
 * @param project the Jest project whose tests run
 * @param longest in ms; a mutant whose tests take longer counts as killed: it made something endless
 */
export async function isKilled(
  copy: string,
  mutant: Mutant,
  project: string,
  longest: number,
): Promise<boolean> {
  const path = join(copy, mutant.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, mutant.source);
  try {
    // The tests beside it kill most mutants, in a fraction of the time.
    const passes = (within: string, most: number): Promise<boolean> =>
      relatedTestsPass(copy, mutant.file, project, most, within);
    return !(
      (await passes(dirname(mutant.file), longestBeside)) && (await passes(packageOf(mutant.file), longest))
    );
  } finally {
    writeFileSync(path, source);
  }
}

/**
 * Runs the tests that import a file, until one fails.
 *
 * @param within the folder whose tests run; default the file's own package
 */
export function relatedTestsPass(
  copy: string,
  file: string,
  project: string,
  longest: number,
  within: string = packageOf(file),
): Promise<boolean> {
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  // The tests of a module are beside it, or drive it from another program: unit and integration tests run together.
  const projects = project === 'unit' ? ['unit', 'integration'] : [project];
  const otherProjects = ['integration', 'stress', 'container', 'package'].filter(
    (name) => !projects.includes(name),
  );
  const ignored = [
    '/node_modules/',
    '/dist/',
    `^${copy}/(?!${within}/)`,
    ...otherProjects.map((name) => `\\.${name}\\.test\\.ts$`),
  ];
  const args = ['--bail', '--silent', '--maxWorkers=1', '--passWithNoTests', '--selectProjects', ...projects];
  const child = spawn(
    process.execPath,
    [...flags, jest, ...args, '--testPathIgnorePatterns', ...ignored, '--findRelatedTests', file],
    { cwd: copy, stdio: 'ignore' },
  );
  // It never outlives this process.
  const stop = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(stop, longest);
  process.once('exit', stop);
  return new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  }).finally(() => {
    clearTimeout(timer);
    process.off('exit', stop);
  });
}

/** The folder of the package that a file belongs to. */
export function packageOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}
