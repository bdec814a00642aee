import type { Repository } from './repository.ts';
import type { Violation } from './violation.ts';

const limit = 150;
const blankOrComment = /^\s*($|\/\/|\/\*|\*)/;

/** A file that holds one idea is short; tables of test cases may be long. */
export function filesAreShort({ files }: Repository): readonly Violation[] {
  return files
    .filter((file) => !file.isTest)
    .map((file) => ({ file, lines: codeLines(file.text) }))
    .filter(({ lines }) => lines > limit)
    .map(({ file, lines }) => ({
      file: file.path,
      rule: 'files-are-short',
      problem: `has ${lines} lines of code, more than ${limit}.`,
      fix: 'Move one of its ideas into a file of its own.',
    }));
}

function codeLines(text: string): number {
  return text.split('\n').filter((line) => !blankOrComment.test(line)).length;
}
