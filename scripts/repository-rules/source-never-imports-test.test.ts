import { expect, it } from '@jest/globals';
import { sampleRepository } from './sample-repository.ts';
import { sourceNeverImportsTest } from './source-never-imports-test.ts';
import { formatViolation } from './violation.ts';

it('refuses a source that imports from test/', () => {
  const repository = sampleRepository({ 'packages/sqs/src/a.ts': "import '../test/b.ts';" });
  expect(sourceNeverImportsTest(repository).map(formatViolation)).toEqual([
    [
      'packages/sqs/src/a.ts',
      "  source-never-imports-test: imports '../test/b.ts', a test file.",
      '  Fix: Move what the source needs into src/.',
    ].join('\n'),
  ]);
});

it('refuses a source that imports a test beside it', () => {
  const repository = sampleRepository({ 'packages/sqs/src/a.ts': "export * from './b.test.ts';" });
  expect(sourceNeverImportsTest(repository)).toHaveLength(1);
});

it('accepts tests that import source and each other, and names that only resemble a test', () => {
  const repository = sampleRepository({
    'packages/sqs/src/a.test.ts': "import './a.ts'; import '../test/b.ts';",
    'packages/sqs/test/b.test.ts': "import './c.ts';",
    'packages/sqs/src/a.ts': "import './latest/test-clock.ts';",
  });
  expect(sourceNeverImportsTest(repository)).toEqual([]);
});
