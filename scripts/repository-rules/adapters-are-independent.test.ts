import { expect, it } from '@jest/globals';
import { adaptersAreIndependent } from './adapters-are-independent.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

it('refuses an adapter that imports another one', () => {
  const repository = sampleRepository({ 'packages/sqs/src/a.ts': "import { b } from '@waybill/kafkajs';" });
  expect(adaptersAreIndependent(repository).map(formatViolation)).toEqual([
    [
      'packages/sqs/src/a.ts',
      "  adapters-are-independent: imports '@waybill/kafkajs', an adapter.",
      '  Fix: Move what both need into @waybill/core, or show them together in examples/.',
    ].join('\n'),
  ]);
});

it('refuses core, testing and tests that import an adapter', () => {
  const repository = sampleRepository({
    'packages/core/src/a.ts': "import type { B } from '@waybill/sqs';",
    'packages/testing/src/a.ts': "export * from '@waybill/sqs/deep';",
    'packages/kafkajs/src/a.test.ts': "import '@waybill/sqs';",
  });
  expect(adaptersAreIndependent(repository)).toHaveLength(3);
});

it('accepts core, testing, the package itself, and examples that combine adapters', () => {
  const repository = sampleRepository({
    'packages/sqs/src/a.ts': "import { b } from '@waybill/core/adapter'; import '@waybill/testing';",
    'packages/sqs/test/a.test.ts': "import { b } from '@waybill/sqs';",
    'examples/both.ts': "import '@waybill/sqs'; import '@waybill/kafkajs';",
  });
  expect(adaptersAreIndependent(repository)).toEqual([]);
});
