import { expect, it } from '@jest/globals';
import { packagesAreImportedByName } from './packages-are-imported-by-name.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

it('refuses a path into another package', () => {
  const repository = sampleRepository({ 'packages/sqs/src/a.ts': "import '../../core/src/b.ts';" });
  expect(packagesAreImportedByName(repository).map(formatViolation)).toEqual([
    [
      'packages/sqs/src/a.ts',
      "  packages-are-imported-by-name: imports '../../core/src/b.ts', a file inside another package.",
      "  Fix: Import what that package exports, by its name ('@waybill/...'), or export it there.",
    ].join('\n'),
  ]);
});

it.each([
  ['packages/sqs/src/a.ts', '@waybill/core/src/b.ts'],
  ['packages/sqs/src/a.ts', '@waybill/core/dist/index.mjs'],
  ['packages/testing/test/a.test.ts', '../../core/src/b.ts'],
  ['scripts/a.ts', '../packages/core/src/b.ts'],
])('refuses it in %s as %s', (path, name) => {
  const repository = sampleRepository({ [path]: `import '${name}';` });
  expect(packagesAreImportedByName(repository)).toHaveLength(1);
});

it('accepts a part of a package in a benchmark', () => {
  const repository = sampleRepository({ 'benchmarks/src/a.ts': "import '../../packages/core/src/b.ts';" });
  expect(packagesAreImportedByName(repository)).toEqual([]);
});

it('accepts exports by name and own files', () => {
  const repository = sampleRepository({
    'packages/sqs/src/deep/a.ts': "import '@waybill/core/adapter'; import '../b.ts';",
    'packages/sqs/test/a.test.ts': "import '../src/b.ts';",
    'examples/demo.ts': "import './sqs-demo/src/main.ts';",
  });
  expect(packagesAreImportedByName(repository)).toEqual([]);
});
