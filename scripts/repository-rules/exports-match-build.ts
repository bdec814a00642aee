import { isDeepStrictEqual } from 'node:util';
import { isPublished, type Repository, type WorkspacePackage } from './repository.ts';
import type { Violation } from './violation.ts';

const rule = 'exports-match-build';

/** What a package exports here is what is built (tsdown.config.ts) and what its users get (publishConfig). */
export function exportsMatchBuild({ packages, files }: Repository): readonly Violation[] {
  const paths = new Set(files.map((file) => file.path));
  return packages
    .filter((candidate) => candidate.directory.startsWith('packages/') && isPublished(candidate))
    .flatMap((candidate) => [...missingSources(candidate, paths), ...unlikePublished(candidate)]);
}

function missingSources({ directory, manifest }: WorkspacePackage, paths: ReadonlySet<string>): Violation[] {
  return sourceExports(manifest.exports)
    .filter(([, source]) => !paths.has(`${directory}/${source.slice('./'.length)}`))
    .map(([subpath, source]) => ({
      file: `${directory}/package.json`,
      rule,
      problem: `exports "${subpath}" from ${source}, which does not exist.`,
      fix: `Create ${source} or remove "${subpath}" from exports and publishConfig.exports.`,
    }));
}

function unlikePublished({ directory, manifest }: WorkspacePackage): Violation[] {
  const expected = { ...manifest.exports, ...builtExports(manifest.exports) };
  if (isDeepStrictEqual(manifest.publishConfig?.exports, expected)) return [];
  return [
    {
      file: `${directory}/package.json`,
      rule,
      problem: 'publishConfig.exports is not what is built from exports.',
      fix: `Set publishConfig.exports to ${JSON.stringify(expected)}`,
    },
  ];
}

function builtExports(exports: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    sourceExports(exports).map(([subpath, source]) => {
      const built = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
      return [
        subpath,
        {
          import: { types: `${built}.d.mts`, default: `${built}.mjs` },
          require: { types: `${built}.d.cts`, default: `${built}.cjs` },
        },
      ];
    }),
  );
}

function sourceExports(exports: Readonly<Record<string, unknown>> = {}): [subpath: string, source: string][] {
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'string' && target.endsWith('.ts') ? [[subpath, target] as [string, string]] : [],
  );
}
