import { posix } from 'node:path';
import type { Repository } from './repository.ts';
import type { Violation } from './violation.ts';

const testPath = /(^|\/)test\/|\.test(\.ts)?$/;

/** Code that is published never leans on code that is not. */
export function sourceNeverImportsTest({ files }: Repository): readonly Violation[] {
  return files
    .filter((file) => !file.isTest)
    .flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith('.') && testPath.test(posix.join(posix.dirname(file.path), name)))
        .map((name) => ({
          file: file.path,
          rule: 'source-never-imports-test',
          problem: `imports '${name}', a test file.`,
          fix: 'Move what the source needs into src/.',
        })),
    );
}
