import { expect, it } from '@jest/globals';
import { conventionNamesLiveInOneFolder } from './convention-names-live-in-one-folder.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

it('refuses a convention name outside the folder', () => {
  const repository = sampleRepository({ 'packages/sqs/src/a.ts': "const a = 'messaging.system';" });
  expect(conventionNamesLiveInOneFolder(repository).map(formatViolation)).toEqual([
    [
      'packages/sqs/src/a.ts',
      "  convention-names-live-in-one-folder: holds the name 'messaging.system'.",
      '  Fix: Name it in packages/core/src/semantic-conventions/ and import it from there ' +
        "(adapters: from '@waybill/core/adapter'), or, where only one broker has it, in the adapter's adapter-info.ts.",
    ].join('\n'),
  ]);
});

it.each([
  ['packages/core/src/telemetry/a.ts', "const a = { 'messaging.x': 1 };"],
  ['packages/core/src/telemetry/a.ts', 'const a = (b: string) => `messaging.${b}`;'],
  ['packages/kafkajs/src/a.ts', "type A = 'kafka.offset';"],
  ['packages/kafkajs/src/a.ts', "const a = 'rabbitmq.destination.routing_key';"],
  ['packages/sqs/src/a.ts', "const a = 'aws.sqs.queue.url';"],
])('refuses it in %s as %s', (path, text) => {
  expect(conventionNamesLiveInOneFolder(sampleRepository({ [path]: text }))).toHaveLength(1);
});

it('accepts the folder itself, what an adapter declares, tests, comments, system names and what is never published', () => {
  const repository = sampleRepository({
    'packages/core/src/semantic-conventions/a.ts': "export const a = 'messaging.system';",
    'packages/kafkajs/src/adapter-info.ts': "export const a = 'kafka.offset';",
    'packages/sqs/src/a.test.ts': "const a = 'messaging.system';",
    'packages/sqs/src/a.ts': "const a = 'aws.sqs'; // messaging.system",
    'packages/brokers/src/a.ts': "const a = 'kafka.Kafka';",
  });
  expect(conventionNamesLiveInOneFolder(repository)).toEqual([]);
});
