import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackedPackage } from '../publishing/pack-packages.ts';
import { runTool } from '../publishing/run-tool.ts';

/**
 * Makes `directory` a project of a user: the tarballs, what they ask for as peers, and the programs of `consumer/`.
 * Dependencies are laid out strictly, so a package that imports what it does not declare fails.
 */
export async function installConsumer(
  directory: string,
  packages: readonly PackedPackage[],
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  await mkdir(directory, { recursive: true });
  await cp(join(import.meta.dirname, 'consumer'), directory, { recursive: true });
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, dependencies: { ...dependencies, ...tarballs } }),
  );
  // The packages ask for each other by version; here that version is a tarball. JSON is YAML.
  await writeFile(
    join(directory, 'pnpm-workspace.yaml'),
    JSON.stringify({ packages: ['.'], overrides: tarballs }),
  );
  await runTool('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], directory);
}
