import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Installs what the worker in Python needs, once for each list of versions, and gives the command that runs it. */
export function pythonWorker(): readonly string[] {
  const requirements = join(root, 'python/requirements.txt');
  const folder = folderFor('python', requirements);
  const python = join(folder, 'bin/python');
  const installed = join(folder, 'installed');
  if (!existsSync(installed)) {
    run('python3', ['-m', 'venv', '--clear', folder]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
    run('touch', [installed]);
  }
  return [python, join(root, 'python/worker.py')];
}

/** The same in Java: Maven copies the jars, and the JDK runs the one file as it is. */
export function javaWorker(): readonly string[] {
  const pom = join(root, 'java/pom.xml');
  const folder = folderFor('java', pom);
  const installed = join(folder, 'installed');
  if (!existsSync(installed)) {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'libs')}`];
    run('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal]);
    run('touch', [installed]);
  }
  return ['java', '--class-path', join(folder, 'libs/*'), join(root, 'java/Worker.java')];
}

/** The same in Go: a program that is built once. */
export function goWorker(): readonly string[] {
  const worker = join(folderFor('go', join(root, 'go/worker.go')), 'worker');
  if (!existsSync(worker)) run('go', ['build', '-C', join(root, 'go'), '-o', worker, '.']);
  return [worker];
}

/** A folder of this machine's that other versions do not share. */
function folderFor(language: string, versions: string): string {
  const digest = createHash('sha256').update(readFileSync(versions)).digest('hex').slice(0, 12);
  return join(tmpdir(), `waybill-${language}-worker-${digest}`);
}

function run(command: string, parameters: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${parameters.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
}
