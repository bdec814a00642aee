import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackedPackage } from './pack-packages.ts';

/**
 * Makes `directory` a project of a user that asks for the tarballs and for `dependencies`, ready for `npm install` and
 * `pnpm install`.
 */
export async function writeConsumerProject(
  directory: string,
  packages: readonly PackedPackage[],
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, dependencies: { ...dependencies, ...tarballs } }),
  );
  // The packages ask for each other by version; here that version is a tarball. JSON is YAML.
  await writeFile(
    join(directory, 'pnpm-workspace.yaml'),
    JSON.stringify({ packages: ['.'], overrides: tarballs }),
  );
}
