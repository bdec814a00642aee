import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from './publishing/pack-packages.ts';
import { runTool } from './publishing/run-tool.ts';

const root = process.cwd();
const directory = await mkdtemp(join(tmpdir(), 'waybill-pack-'));
try {
  const packages = await packPackages(root, directory);
  const checks = packages.flatMap(({ tarball, entryPoints }) => [
    runTool('publint', ['run', tarball, '--strict'], root),
    runTool(
      'attw',
      [tarball, '--no-definitely-typed', '--no-emoji', '--entrypoints', ...entryPoints, './package.json'],
      root,
    ),
  ]);
  const failures = (await Promise.allSettled(checks)).filter((check) => check.status === 'rejected');
  for (const { reason } of failures) console.error(reason instanceof Error ? reason.message : reason);
  console.log(
    failures.length === 0
      ? `${packages.length} packages pass publint and attw: ${packages.map(({ name }) => name).join(', ')}.`
      : `${failures.length} of ${checks.length} package checks failed.`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
