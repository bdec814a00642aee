import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PublishedFields } from './check-manifest.ts';
import { runTool } from './run-tool.ts';

export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder from the root, such as `packages/sqs`. */
  readonly directory: string;
  readonly manifest: PublishedFields;
  /** The modules a user can import, by their subpaths: `.`, `./adapter`. */
  readonly entryPoints: readonly string[];
  /** The packages that a user has to install beside it. */
  readonly peers: readonly string[];
  /** Absolute path of the `.tgz`. */
  readonly tarball: string;
}

/** Builds every published package and packs it into `destination`, exactly as it would be published. */
export async function packPackages(root: string, destination: string): Promise<PackedPackage[]> {
  await runTool('turbo', ['run', 'build', '--output-logs=errors-only'], root);
  return Promise.all(publishedManifests(root).map((manifest) => packPackage(root, manifest, destination)));
}

async function packPackage(
  root: string,
  manifest: PublishedManifest,
  destination: string,
): Promise<PackedPackage> {
  const { directory, name, version, exports, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const output = await runTool(
    'pnpm',
    ['pack', '--json', '--pack-destination', destination],
    join(root, directory),
  );
  const entryPoints = Object.keys(exports).filter((subpath) => !subpath.endsWith('.json'));
  const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
  return { name, version, directory, manifest, entryPoints, peers, tarball: JSON.parse(output).filename };
}

/** A package.json of a package that is published. */
export interface PublishedManifest extends PublishedFields {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean } | undefined>>;
}

/** The packages that are published, by their folders' names. */
export function publishedManifests(root: string): PublishedManifest[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((path) => ({
      ...JSON.parse(readFileSync(join(root, path), 'utf8')),
      directory: dirname(path),
    }))
    .filter((manifest) => manifest.private !== true);
}
