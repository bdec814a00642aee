import { posix } from 'node:path';
import type { Repository, SourceFile } from './repository.ts';
import type { Violation } from './violation.ts';

const byNameIntoSource = /^@waybill\/[^/]+\/(src|dist|test)(\/|$)/;
const packageOfPath = /^packages\/[^/]+/;

/** A package is reached through what it exports, never through its files. A benchmark may measure a part of one. */
export function packagesAreImportedByName({ files }: Repository): readonly Violation[] {
  return files
    .filter(({ path }) => !path.startsWith('benchmarks/'))
    .flatMap((file) =>
      file.imports
        .filter((name) => byNameIntoSource.test(name) || leavesForPackage(file, name))
        .map((name) => ({
          file: file.path,
          rule: 'packages-are-imported-by-name',
          problem: `imports '${name}', a file inside another package.`,
          fix: "Import what that package exports, by its name ('@waybill/...'), or export it there.",
        })),
    );
}

function leavesForPackage(file: SourceFile, name: string): boolean {
  if (!name.startsWith('.')) return false;
  const target = packageOfPath.exec(posix.join(posix.dirname(file.path), name))?.[0];
  return target !== undefined && target !== packageOfPath.exec(file.path)?.[0];
}
