import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findManifestProblems } from './publishing/check-manifest.ts';
import { packPackages } from './publishing/pack-packages.ts';
import { runTool } from './publishing/run-tool.ts';

const root = process.cwd();
const destination = await mkdtemp(join(tmpdir(), 'waybill-pack-'));
try {
  const packages = await packPackages(root, destination);
  const checks = packages.flatMap(({ tarball, entryPoints }) => [
    runTool('publint', ['run', tarball, '--strict'], root),
    runTool(
      'attw',
      [tarball, '--no-definitely-typed', '--no-emoji', '--entrypoints', ...entryPoints, './package.json'],
      root,
    ),
  ]);
  const results = await Promise.allSettled(checks);
  const failures = [
    ...packages.flatMap(({ manifest, directory }) => findManifestProblems(manifest, directory)),
    ...results.flatMap((check) => (check.status === 'rejected' ? [String(check.reason.message)] : [])),
  ];
  for (const failure of failures) console.error(failure);
  console.log(
    failures.length === 0
      ? `${packages.length} packages pass publint and attw, and say where they come from: ${packages.map(({ name }) => name).join(', ')}.`
      : `${failures.length} package checks failed.`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  await rm(destination, { recursive: true, force: true });
}
