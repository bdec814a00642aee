import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { argumentsOf } from './run-project.ts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

it.each([
  ['unit', 'core/src/policy/duration', 'packages/core/src/policy/duration.test.ts'],
  ['container', 'brokers/test/sqs', 'packages/brokers/test/sqs.container.test.ts'],
  ['package', 'published-packages', 'scripts/package-tests/published-packages.package.test.ts'],
] as const)('a path selects tests of the %s project', async (project, path, file) => {
  const args = [...argumentsOf(project, '/dev/null', [path]), '--listTests'];
  const { stdout } = await promisify(execFile)(process.execPath, [jest, ...args]);
  const found: string[] = JSON.parse(stdout);
  expect(found.map((path) => relative(process.cwd(), path))).toEqual([file]);
});

it('lets no project be without tests unless some are selected', () => {
  expect(argumentsOf('unit', 'result.json', [])).not.toContain('--passWithNoTests');
  expect(argumentsOf('unit', 'result.json', ['duration'])).toContain('--passWithNoTests');
});
