import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startFauxqs } from 'fauxqs';
import { parse } from 'yaml';
import { packPackages } from './publishing/pack-packages.ts';
import { runTool } from './publishing/run-tool.ts';
import {
  type InstalledProject,
  installNode,
  installProject,
  newestVersion,
} from './release/install-projects.ts';
import { differenceOf, type ReadmeProgram, readProgram } from './release/readme-program.ts';
import { openTelemetry, type Way, ways } from './release/release-matrix.ts';
import { type Attempt, formatTable, shorten } from './release/release-table.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    node: { type: 'string', multiple: true },
    way: { type: 'string' },
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
const server = await startFauxqs({ port: 0, logger: false });
const environment = {
  AWS_ENDPOINT_URL: server.address,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};
try {
  const packages = await packPackages(root, directory);
  const program = readProgram(
    values.page,
    await readFile(resolve(root, values.page), 'utf8'),
    server.address,
  );
  const { catalog, nodeVersion } = parse(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8'));
  const needed = new Set([...packages.flatMap(({ peers }) => peers), ...openTelemetry, ...program.imports]);
  for (const { name } of packages) needed.delete(name);
  const dependencies = Object.fromEntries([...needed].map((name) => [name, catalog[name]]));
  const chosenWays = ways.filter(({ name }) => name.includes(values.way ?? ''));

  const attempts: Attempt[] = [];
  const versions = values.node ?? ['22.15.0', nodeVersion, await newestVersion('node', directory)];
  for (const version of new Set<string>(versions)) {
    const node = await installNode(version, join(directory, `node-${version}`));
    for (const packageManager of ['npm', 'pnpm'] as const) {
      const place = join(directory, `${version}-${packageManager}`, 'project');
      const project = await installProject(node, packageManager, place, packages, program, dependencies);
      for (const way of chosenWays) attempts.push(await attempt(project, way, program));
    }
  }
  console.log(formatTable(attempts));
  if (values.report !== undefined) await writeFile(resolve(root, values.report), JSON.stringify(attempts));
  const failed = attempts.filter(({ failure }) => failure !== undefined).length;
  if (failed > 0) process.exitCode = 1;
  if (values.out !== undefined) await keepFiles(resolve(root, values.out));
  console.log(`\n${attempts.length - failed} passed, ${failed} failed`);

  /** Keeps what the workflow publishes: the tarballs, and what is in them, as CycloneDX. */
  async function keepFiles(out: string): Promise<void> {
    await mkdir(out, { recursive: true });
    for (const { tarball } of packages) await copyFile(tarball, join(out, basename(tarball)));
    const bill = ['--prod', '--exclude-peers', '--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6'];
    const file = join(out, 'waybill.cdx.json');
    await runTool('pnpm', ['--filter', './packages/*', 'sbom', ...bill, '--out', file], root);
  }
} finally {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

async function attempt(
  { node, packageManager, directory: cwd }: InstalledProject,
  way: Way,
  program: ReadmeProgram,
): Promise<Attempt> {
  const project = `${node.version}, ${packageManager}`;
  const failure = await failureOf(async () => {
    // The build, and then each file that came of it.
    for (const run of way.builds) await runTool(node.executable, run, cwd);
    for (const file of way.programs) {
      emptyQueue();
      const output = await runTool(node.executable, [file], cwd, environment);
      const difference = differenceOf(output, program);
      if (difference !== undefined) throw new Error(difference);
    }
  });
  console.error(`${project}: ${way.name}: ${failure === undefined ? 'ok' : `FAILED\n${shorten(failure)}`}`);
  return { project, way: way.name, failure };
}

/** Leaves the queue `orders` without a message of a program before. */
function emptyQueue(): void {
  server.purgeAll();
  server.createQueue('orders');
}

async function failureOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
