import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeConsumerProject } from '../publishing/consumer-project.ts';
import type { PackedPackage } from '../publishing/pack-packages.ts';
import { runTool } from '../publishing/run-tool.ts';
import type { ReadmeProgram } from './readme-program.ts';
import {
  npmOfNode,
  openTelemetry,
  projectTools,
  strictOptions,
  typeScriptModules,
} from './release-matrix.ts';

/** A release of Node.js, with the npm that comes with it. */
export interface InstalledNode {
  readonly version: string;
  readonly executable: string;
  readonly npm: { readonly version: string; readonly file: string };
}

/** A project of a user, with every package installed. */
export interface InstalledProject {
  readonly node: InstalledNode;
  /** Such as `npm 10.9.2`. */
  readonly packageManager: string;
  readonly directory: string;
}

type Versions = Readonly<Record<string, string>>;

/** Installs Node.js of an exact version, from the package `node`, into `directory`. */
export async function installNode(version: string, directory: string): Promise<InstalledNode> {
  await mkdir(directory, { recursive: true });
  const npm = npmOfNode[version.split('.')[0] ?? ''] ?? (await newestVersion('npm', directory));
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'runtime', private: true, dependencies: { node: version, npm } }),
  );
  await writeFile(
    join(directory, 'pnpm-workspace.yaml'),
    JSON.stringify({ packages: ['.'], allowBuilds: { node: true } }),
  );
  await runTool('pnpm', ['install', '--prefer-offline'], directory);
  return {
    version,
    executable: join(directory, 'node_modules/node/bin/node'),
    npm: { version: npm, file: join(directory, 'node_modules/npm/bin/npm-cli.js') },
  };
}

/** The newest version of a package that the registry has. */
export async function newestVersion(name: string, directory: string): Promise<string> {
  return (await runTool('pnpm', ['view', name, 'version'], directory)).trim();
}

/** Makes an empty project with README's program in it, and installs all that it needs. */
export async function installProject(
  node: InstalledNode,
  packageManager: 'npm' | 'pnpm',
  directory: string,
  { packages, catalog }: { readonly packages: readonly PackedPackage[]; readonly catalog: Versions },
  program: ReadmeProgram,
): Promise<InstalledProject> {
  const names = new Set([...packages.flatMap(({ peers }) => peers), ...openTelemetry, ...program.imports]);
  for (const { name } of packages) names.delete(name);
  const dependencies = Object.fromEntries([...names].map((name) => [name, catalog[name] ?? 'latest']));
  await writeConsumerProject(directory, packages, { ...dependencies, ...projectTools });
  await cp(join(import.meta.dirname, 'project'), directory, { recursive: true });
  await writeProgram(directory, packages, program);
  const environment = { PATH: `${dirname(node.executable)}:${process.env.PATH}` };
  if (packageManager === 'npm') {
    const options = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runTool(node.executable, [node.npm.file, ...options], directory, environment);
    return { node, packageManager: `npm ${node.npm.version}`, directory };
  }
  await runTool('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], directory, environment);
  const version = (await runTool('pnpm', ['--version'], directory)).trim();
  return { node, packageManager: `pnpm ${version}`, directory };
}

async function writeProgram(
  directory: string,
  packages: readonly PackedPackage[],
  program: ReadmeProgram,
): Promise<void> {
  const entryPoints = packages.flatMap(({ name, entryPoints: subpaths }) =>
    subpaths.map((subpath) => name + subpath.slice('.'.length)),
  );
  const everything = [
    ...entryPoints.map((name, index) => `import * as entry${index} from '${name}';`),
    `export const all: unknown[] = [${entryPoints.map((_, index) => `entry${index}`).join(', ')}];`,
  ].join('\n');
  const files = {
    'program.mjs': program.esModule,
    'program.mts': program.typescript,
    'wrapped.cjs': program.commonJs,
    'wrapped.cts': program.wrapped,
    'wrapped.ts': program.wrapped,
    'everything.ts': everything,
    'everything.mts': everything,
    'everything.cts': everything,
    'everything.mjs': entryPoints.map((name) => `import '${name}';`).join('\n'),
    'everything.cjs': entryPoints.map((name) => `require('${name}');`).join('\n'),
  };
  const configurations = Object.entries(typeScriptModules).map(([module, { options, files: programs }]) => [
    `${module}.json`,
    JSON.stringify({
      compilerOptions: { ...strictOptions, ...options },
      files: programs.flatMap((file) => [file, file.replace(/^\w+/, 'everything')]),
    }),
  ]);
  await Promise.all(
    [...Object.entries(files), ...configurations].map(([file = '', text = '']) =>
      writeFile(join(directory, file), text),
    ),
  );
}
