import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  brokersOf,
  comparableOutput,
  documentationSnippets,
  fileOf,
  isCommand,
  isRun,
  moduleOf,
  runCommand,
  runProgram,
  type Snippet,
  withAddresses,
} from '@waybill/documentation';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { runTool } from '../publishing/run-tool.ts';
import { openTelemetryLines } from './open-telemetry-lines.ts';
import { installConsumer, packedPackages, peers } from './packed-packages.ts';

const snippets = documentationSnippets(join(import.meta.dirname, '../..'));
const programs = snippets.filter(({ language }) => language === 'ts');
// Those that need a container run in tools/documentation/test.
const run = programs.filter(
  (snippet) => isRun(snippet) && brokersOf(snippet).every((name) => name === 'sqs'),
);
const commands = snippets.filter(isCommand);
const policies = snippets.filter(({ marks }) => marks.includes('policy'));

/** What the programs import beside the packages and their peers. */
const imported = {
  ...openTelemetryLines[2].dependencies,
  '@nats-io/jetstream': '3.4.0',
  '@nats-io/transport-node': '3.4.0',
  '@opentelemetry/core': '3.1.0',
  '@opentelemetry/exporter-trace-otlp-http': '0.301.0',
  '@opentelemetry/sdk-metrics': '3.1.0',
  '@opentelemetry/sdk-node': '0.301.0',
  '@opentelemetry/sdk-trace': '3.1.0',
  '@sentry/node': '11.12.0',
  '@ssut/nestjs-sqs': '3.0.1',
  '@nestjs/bullmq': '11.0.5',
  '@nestjs/common': '11.2.10',
  '@nestjs/core': '11.2.10',
  '@nestjs/microservices': '11.2.6',
  '@types/rascal': '10.2.1',
  'amqp-connection-manager': '5.0.0',
  amqplib: '2.3.1',
  bullmq: '6.7.0',
  'dd-trace': '6.21.0',
  fauxqs: '2.4.1',
  ioredis: '6.0.0',
  rascal: '21.0.1',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  'sqs-producer': '8.0.4',
};

let project: string;
let sqs: FauxqsServer;

/** Takes what SDKs export, as the Jaeger of the pages does. */
const collector = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});

beforeAll(async () => {
  project = join(packedPackages().directory, 'documentation');
  await installConsumer(project, { ...imported, ...peers });
  sqs = await startFauxqs({ port: 0, logger: false });
  await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
  for (const snippet of programs) {
    const file = fileOf(snippet);
    if (file === undefined) continue;
    await mkdir(folderOf(snippet), { recursive: true });
    await writeFile(join(folderOf(snippet), file), snippet.code);
  }
});

afterAll(() => {
  collector.close();
  return sqs.stop();
});

/** Where the files of a snippet's page are. */
function folderOf({ place }: Snippet): string {
  return join(project, 'pages', place.replace(/:\d+$/, '').replaceAll('/', '-'));
}

it('has only programs that type-check, whole or not', async () => {
  await Promise.all(
    programs.map((snippet) => {
      const name = fileOf(snippet)?.replace('.mjs', '.mts');
      const file =
        name === undefined
          ? join(project, `${snippet.place.replaceAll(/[/:]/g, '-')}.mts`)
          : join(folderOf(snippet), name);
      return writeFile(file, moduleOf(snippet));
    }),
  );
  await expect(runTool('tsc', ['--project', 'documentation.json'], project)).resolves.toBe('');
});

it.each(run)('runs the program at $place, which prints what the page says', async (snippet) => {
  sqs.reset();
  sqs.createQueue('orders');
  const printed = await runProgram(withAddresses(moduleOf(snippet), { sqs: sqs.address }), project);
  if (snippet.output !== undefined) {
    expect(comparableOutput(printed)).toBe(comparableOutput(snippet.output));
  }
});

it.each(commands)('runs the command at $place, which prints what the page says', async (snippet) => {
  const { port } = collector.address() as AddressInfo;
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const printed = await runCommand(snippet.code, folderOf(snippet), variables);
  expect(comparableOutput(printed)).toBe(comparableOutput(snippet.output ?? ''));
});

describe('a policy', () => {
  it.each(policies)('is right at $place', async (snippet) => {
    const file = join(project, `waybill.policy.${snippet.language}`);
    await writeFile(file, snippet.code);
    const program =
      "import { loadPolicy } from '@waybill/policy-file'; console.log(loadPolicy(process.env.POLICY));";
    await expect(
      runTool(process.execPath, ['--input-type=module', '--eval', program], project, { POLICY: file }),
    ).resolves.toContain('queues');
  });
});
