import { expect, it } from '@jest/globals';
import { importsAreDeclared } from './imports-are-declared.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

const manifests = {
  'packages/sqs': {
    dependencies: { '@waybill/core': '1' },
    peerDependencies: { '@aws-sdk/client-sqs': '3' },
    devDependencies: { fauxqs: '2' },
  },
};

it('refuses a published source that needs a development dependency', () => {
  const repository = sampleRepository({ 'packages/sqs/src/a.ts': "import 'fauxqs';" }, manifests);
  expect(importsAreDeclared(repository).map(formatViolation)).toEqual([
    [
      'packages/sqs/src/a.ts',
      "  imports-are-declared: imports 'fauxqs', which its package.json does not declare for users.",
      "  Fix: Add 'fauxqs' to dependencies or peerDependencies of packages/sqs/package.json.",
    ].join('\n'),
  ]);
});

it('refuses a test or a script that imports what nobody declares', () => {
  const repository = sampleRepository(
    { 'packages/sqs/src/a.test.ts': "import 'kafkajs/deep';", 'scripts/a.ts': "import '@scope/tool/deep';" },
    manifests,
  );
  expect(importsAreDeclared(repository).map(({ fix }) => fix)).toEqual([
    "Add 'kafkajs' to dependencies or peerDependencies or devDependencies of packages/sqs/package.json.",
    "Add '@scope/tool' to dependencies or peerDependencies or devDependencies of package.json.",
  ]);
});

it('accepts what is declared, the package itself, and what Node carries', () => {
  const repository = sampleRepository(
    {
      'packages/sqs/src/a.ts':
        "import '@waybill/core/adapter'; import '@aws-sdk/client-sqs'; import 'node:fs';",
      'packages/sqs/test/a.test.ts': "import '@waybill/sqs'; import 'fauxqs';",
    },
    manifests,
  );
  expect(importsAreDeclared(repository)).toEqual([]);
});

it('accepts a private package of the repository that is built in, once it is declared', () => {
  const source = { 'packages/sqs/src/a.ts': "import '@waybill/brokers';" };
  const declared = { 'packages/sqs': { devDependencies: { '@waybill/brokers': 'workspace:*' } } };
  expect(importsAreDeclared(sampleRepository(source, manifests))).toHaveLength(1);
  expect(importsAreDeclared(sampleRepository(source, declared))).toEqual([]);
});
