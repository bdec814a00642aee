import type { Repository } from './repository.ts';
import type { Violation } from './violation.ts';

const emptyNames = /^(utils?|helpers?|types?|common|misc|shared)$/;

/** A file or folder is named after the one idea in it; these names stand for none. */
export function filesHaveTellingNames({ files }: Repository): readonly Violation[] {
  return files.flatMap((file) =>
    file.path
      .split('/')
      .map((segment) => segment.split('.')[0] ?? '')
      .filter((name) => emptyNames.test(name))
      .map((name) => ({
        file: file.path,
        rule: 'files-have-telling-names',
        problem: `'${name}' does not say what is inside.`,
        fix: 'Name it after its main export, and split it when it has several.',
      })),
  );
}
