import { expect, it } from '@jest/globals';
import { coreKnowsNobody } from './core-knows-nobody.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

it.each(['kafkajs', '@opentelemetry/sdk-trace', 'node:fs', '@waybill/testing'])(
  'refuses %s in core',
  (name) => {
    const repository = sampleRepository({ 'packages/core/src/a.ts': `import '${name}';` });
    expect(coreKnowsNobody(repository).map(formatViolation)).toEqual([
      [
        'packages/core/src/a.ts',
        `  core-knows-nobody: imports '${name}'; core imports only @opentelemetry/api, node:async_hooks and its own files.`,
        '  Fix: Let the adapter or the application pass in what core needs.',
      ].join('\n'),
    ]);
  },
);

it('accepts the OpenTelemetry API, the frames of Node.js, own files, and an SDK in a test', () => {
  const repository = sampleRepository({
    'packages/core/src/a.ts':
      "import { trace } from '@opentelemetry/api'; import { b } from './b.ts'; import 'node:async_hooks';",
    'packages/core/src/a.test.ts': "import '@opentelemetry/sdk-trace';",
    'packages/sqs/src/a.ts': "import '@aws-sdk/client-sqs';",
  });
  expect(coreKnowsNobody(repository)).toEqual([]);
});

it('refuses a dependency of core, and published packages like @waybill/testing even for its tests', () => {
  const repository = sampleRepository(
    {},
    {
      'packages/core': {
        dependencies: { ms: '2' },
        devDependencies: {
          '@waybill/testing': 'workspace:*',
          '@waybill/brokers': '*',
          '@jest/globals': '30',
        },
      },
    },
  );
  expect(coreKnowsNobody(repository).map(({ file, problem }) => `${file} ${problem}`)).toEqual([
    "packages/core/package.json depends on 'ms'.",
    "packages/core/package.json depends on '@waybill/testing'.",
  ]);
});
