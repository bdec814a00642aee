import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runTool } from './run-tool.ts';

export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  /** The modules a user can import, by their subpaths: `.`, `./adapter`. */
  readonly entryPoints: readonly string[];
  /** Absolute path of the `.tgz`. */
  readonly tarball: string;
}

/** Builds every published package and packs it into `destination`, exactly as it would be published. */
export async function packPackages(root: string, destination: string): Promise<PackedPackage[]> {
  await runTool('turbo', ['run', 'build', '--output-logs=errors-only'], root);
  return Promise.all(publishedManifests(root).map((manifest) => packPackage(manifest, destination)));
}

async function packPackage(
  { directory, name, version, exports }: PublishedManifest,
  destination: string,
): Promise<PackedPackage> {
  const output = await runTool('pnpm', ['pack', '--json', '--pack-destination', destination], directory);
  const entryPoints = Object.keys(exports).filter((subpath) => !subpath.endsWith('.json'));
  return { name, version, entryPoints, tarball: JSON.parse(output).filename };
}

interface PublishedManifest {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

function publishedManifests(root: string): PublishedManifest[] {
  return globSync('packages/*/package.json', { cwd: root })
    .map((path) => ({
      ...JSON.parse(readFileSync(join(root, path), 'utf8')),
      directory: join(root, dirname(path)),
    }))
    .filter((manifest) => manifest.private !== true);
}
