import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/** Runs Jest to its end and gives its exit code. It never outlives this process. */
export function runJest(jestArguments: readonly string[]): Promise<number> {
  // Test files and what they import are ES modules, some of them published as nothing else.
  const flags = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, jest, ...jestArguments], {
    stdio: ['ignore', 'ignore', 'inherit'],
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
