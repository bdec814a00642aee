import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Broker, startBroker } from '@waybill/brokers';
import {
  brokersOf,
  comparableOutput,
  documentationSnippets,
  isRun,
  moduleOf,
  type ProgramBroker,
  runProgram,
  withAddresses,
} from '../src/index.ts';

// Those that need no container run in scripts/package-tests.
const programs = documentationSnippets(join(import.meta.dirname, '../../..')).filter(
  (snippet) => isRun(snippet) && brokersOf(snippet).some((name) => name !== 'sqs'),
);

const start: Readonly<Record<Exclude<ProgramBroker, 'sqs'>, () => Promise<Broker>>> = {
  kafka: () => startBroker('kafka'),
  rabbitmq: () => startBroker('rabbitmq'),
  redis: () => startBroker('redis'),
};
let brokers: readonly (readonly [ProgramBroker, Broker])[];

beforeAll(async () => {
  const started = Object.entries(start).map(
    async ([name, startIt]) => [name as ProgramBroker, await startIt()] as const,
  );
  brokers = await Promise.all(started);
});

afterAll(() => Promise.all(brokers.map(([, broker]) => broker.stop())));

it('has a program for each of these brokers', () => {
  const pages = programs.map(({ place }) => place.split(':')[0]);
  for (const page of ['kafka', 'rabbitmq', 'bullmq']) expect(pages).toContain(`docs/brokers/${page}.md`);
});

it.each(programs)('runs the program at $place, which prints what the page says', async (program) => {
  const urls = Object.fromEntries(brokers.map(([name, { url }]) => [name, url]));
  // Other tests have queues of that name. It is as long, so that drawings are as wide.
  const orders = `o${randomUUID().slice(0, 5)}`;
  const code = withAddresses(moduleOf(program), urls).replaceAll("'orders'", `'${orders}'`);

  const printed = await runProgram(code, import.meta.dirname);

  if (program.output === undefined) return;
  expect(comparableOutput(printed.replaceAll(orders, 'orders'))).toBe(comparableOutput(program.output));
});
