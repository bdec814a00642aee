import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const measuredWith = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/sdk-metrics',
  'kafkajs',
  '@opentelemetry/instrumentation-kafkajs',
  '@aws-sdk/client-sqs',
  '@opentelemetry/instrumentation-aws-sdk',
  'amqplib',
  '@opentelemetry/instrumentation-amqplib',
  'bullmq',
  'bullmq-otel',
];

/** What was measured with: the machine, Node.js and the packages, in a sentence. */
export function versions(): string {
  const packages = measuredWith.map((name) => `${name} ${versionOf(name)}`);
  return `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${packages.join(', ')}.`;
}

function versionOf(name: string): string {
  const path = join(import.meta.dirname, '../node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
  return version;
}
