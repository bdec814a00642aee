import { isPublished, type Repository } from './repository.ts';
import type { Violation } from './violation.ts';

const notAdapters = ['@waybill/core', '@waybill/testing'];

/** An adapter knows core and its own client, never another adapter. */
export function adaptersAreIndependent({ packages, files }: Repository): readonly Violation[] {
  const adapters = packages
    .filter((candidate) => candidate.directory.startsWith('packages/') && isPublished(candidate))
    .map((candidate) => candidate.manifest.name)
    .filter((name) => !notAdapters.includes(name));
  return files
    .filter((file) => file.path.startsWith('packages/'))
    .flatMap((file) =>
      adapters
        .filter((adapter) => adapter !== file.package.manifest.name)
        .filter((adapter) => file.imports.some((name) => name === adapter || name.startsWith(`${adapter}/`)))
        .map((adapter) => ({
          file: file.path,
          rule: 'adapters-are-independent',
          problem: `imports '${adapter}', an adapter.`,
          fix: 'Move what both need into @waybill/core, or show them together in examples/.',
        })),
    );
}
