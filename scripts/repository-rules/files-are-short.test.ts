import { expect, it } from '@jest/globals';
import { filesAreShort } from './files-are-short.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

const lines = (count: number): string => 'f();\n'.repeat(count);

it('refuses a file of more than 150 lines of code', () => {
  const repository = sampleRepository({ 'packages/core/src/a.ts': lines(151) });
  expect(filesAreShort(repository).map(formatViolation)).toEqual([
    [
      'packages/core/src/a.ts',
      '  files-are-short: has 151 lines of code, more than 150.',
      '  Fix: Move one of its ideas into a file of its own.',
    ].join('\n'),
  ]);
});

it('counts neither comments nor blank lines, nor the lines of a test', () => {
  const repository = sampleRepository({
    'packages/core/src/a.ts': `/**\n * ${'doc\n * '.repeat(100)}\n */\n// why\n\n${lines(150)}`,
    'packages/core/src/a.test.ts': lines(400),
  });
  expect(filesAreShort(repository)).toEqual([]);
});
