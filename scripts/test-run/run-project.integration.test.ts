import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { argumentsOf } from './run-project.ts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

it.each([
  ['unit', 'core/src/policy/duration', 'packages/core/src/policy/duration.test.ts'],
  ['integration', 'nestjs/test/loaded', 'packages/nestjs/test/loaded-packages.integration.test.ts'],
  ['stress', 'fuzz/src/linear-time', 'fuzz/src/linear-time.stress.test.ts'],
  ['container', 'brokers/test/sqs', 'tools/brokers/test/sqs.container.test.ts'],
  ['package', 'published-packages', 'scripts/package-tests/published-packages.package.test.ts'],
] as const)('a path selects tests of the %s project', async (project, path, file) => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-list-tests-'));
  const list = join(directory, 'list.json');
  await promisify(execFile)(process.execPath, [jest, ...argumentsOf(project, list, [path]), '--listTests']);
  const found: string[] = JSON.parse(readFileSync(list, 'utf8'));
  rmSync(directory, { recursive: true });
  expect(found.map((path) => relative(process.cwd(), path))).toEqual([file]);
});

it('lets a project be without tests only if tests are selected', () => {
  expect(argumentsOf('unit', 'result.json', [])).not.toContain('--passWithNoTests');
  expect(argumentsOf('unit', 'result.json', ['duration'])).toContain('--passWithNoTests');
});

it('runs several files with brokers at once, unless who calls it chooses', () => {
  expect(argumentsOf('container', 'result.json', [])).toContain('--maxWorkers=3');
  expect(argumentsOf('container', 'result.json', ['--maxWorkers=1'])).not.toContain('--maxWorkers=3');
  expect(argumentsOf('unit', 'result.json', [])).toContain('--maxWorkers=100%');
  expect(argumentsOf('stress', 'result.json', []).filter((option) => option.includes('Workers'))).toEqual([]);
});
