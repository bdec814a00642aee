import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Broker, startBroker } from '@waybill/brokers';
import type { ConversationName } from '../src/conversations.ts';
import { converse } from '../src/converse.ts';
import { javaWorker, pythonWorker } from '../src/workers.ts';

let brokers: Readonly<Record<ConversationName, Broker>>;

beforeAll(async () => {
  const [kafka, rabbitmq, sqs, bullmq] = await Promise.all([
    startBroker('kafka'),
    startBroker('rabbitmq'),
    startBroker('sqs'),
    startBroker('redis'),
  ]);
  brokers = { kafka, rabbitmq, sqs, bullmq };
});

afterAll(() => Promise.all(Object.values(brokers).map((broker) => broker.stop())));

/** CI has every language. Elsewhere those are tested that the machine has. */
function describeWith(tools: readonly string[], ...about: Parameters<typeof describe>): void {
  const there = tools.every((tool) => spawnSync(tool, ['--version']).status === 0);
  (there || process.env.CI !== undefined ? describe : describe.skip)(...about);
}

describeWith(['python3'], 'a worker in Python', () => {
  it.each<ConversationName>(['kafka', 'rabbitmq', 'sqs', 'bullmq'])(
    'continues the trace that comes by %s, and its trace is continued here',
    (broker) => expectOneTrace(broker, pythonWorker),
    180_000,
  );
});

describeWith(['java', 'mvn'], 'a worker in Java', () => {
  it.each<ConversationName>(['kafka', 'rabbitmq', 'sqs'])(
    'continues the trace that comes by %s, and its trace is continued here',
    (broker) => expectOneTrace(broker, javaWorker),
    180_000,
  );
});

/** A worker's packages are installed within the first test that needs them. */
async function expectOneTrace(broker: ConversationName, worker: () => readonly string[]): Promise<void> {
  const { sent, told, processed, tenant } = await converse(broker, brokers[broker].url, worker());

  const { spanId, traceId } = sent.only;
  expect(told).toMatchObject({ traceId, parentSpanId: spanId, tenant: 'acme' });
  expect(processed.only).toMatchObject({ traceId, parentSpanId: told.spanId });
  expect(tenant).toBe('acme');
  processed.toHaveAttributes({ 'waybill.relation': 'parent', 'waybill.journey.id': traceId });
}
