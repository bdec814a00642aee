import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const [project, ...rest] = process.argv.slice(2);
const selected = project ? ['--selectProjects', project] : [];
const run = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', jest, ...selected, ...rest],
  { stdio: 'inherit' },
);
process.exitCode = run.status ?? 1;
