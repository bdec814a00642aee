import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type PackedPackage, packPackages } from './publishing/pack-packages.ts';
import { runTool } from './publishing/run-tool.ts';
import { installNode, newestVersion } from './release/install-projects.ts';
import { ways } from './release/release-matrix.ts';
import { type Attempt, formatTable } from './release/release-table.ts';
import { type Release, tryProject } from './release/try-project.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    node: { type: 'string', multiple: true },
    way: { type: 'string', default: '' },
    page: { type: 'string', default: 'README.md' },
    out: { type: 'string' },
    report: { type: 'string' },
  },
});
if (!values['dry-run']) {
  console.error(
    'Packages are published by the workflow release.yml. Try them here with: pnpm release --dry-run',
  );
  process.exit(1);
}

const directory = await mkdtemp(join(tmpdir(), 'waybill-release-'));
try {
  const { catalog, nodeVersion } = parse(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8'));
  const release: Release = {
    directory,
    packages: await packPackages(root, directory),
    page: values.page,
    text: await readFile(resolve(root, values.page), 'utf8'),
    catalog,
    ways: ways.filter(({ name }) => name.includes(values.way)),
  };
  const lowest = (await readFile(join(root, 'packages/core/package.json'), 'utf8')).match(
    />=(\d+\.\d+)"/,
  )?.[1];
  const versions = values.node ?? [`${lowest}.0`, nodeVersion, await newestVersion('node', directory)];
  const attempts = await tryAll(release, new Set(versions));
  console.log(formatTable(attempts));
  if (values.report !== undefined) await writeFile(resolve(root, values.report), JSON.stringify(attempts));
  if (values.out !== undefined) await keepFiles(release.packages, resolve(root, values.out));
  const failed = attempts.filter(({ failure }) => failure !== undefined).length;
  process.exitCode = failed === 0 && attempts.length > 0 ? 0 : 1;
  console.log(`\n${attempts.length - failed} passed, ${failed} failed`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Tries every project, as many at once as there are processors. */
async function tryAll(release: Release, versions: ReadonlySet<string>): Promise<Attempt[]> {
  const projects: (() => Promise<Attempt[]>)[] = [];
  for (const version of versions) {
    const node = await installNode(version, join(directory, `node-${version}`));
    projects.push(
      () => tryProject(release, node, 'npm'),
      () => tryProject(release, node, 'pnpm'),
    );
  }
  const results: Attempt[][] = [];
  const next = projects.entries();
  const worker = async (): Promise<void> => {
    for (const [index, attempt] of next) results[index] = await attempt();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results.flat();
}

/** Keeps what the workflow publishes: the tarballs, and what is in them, as CycloneDX. */
async function keepFiles(packages: readonly PackedPackage[], out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const { tarball } of packages) await copyFile(tarball, join(out, basename(tarball)));
  const bill = ['--prod', '--exclude-peers', '--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6'];
  const file = join(out, 'waybill.cdx.json');
  await runTool('pnpm', ['--filter', './packages/*', 'sbom', ...bill, '--out', file], root);
}
