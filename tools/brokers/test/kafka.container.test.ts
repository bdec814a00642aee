import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Consumer, Kafka, type KafkaMessage, logLevel, type Producer } from 'kafkajs';
import type { Broker } from '../src/index.ts';
import { createTopics, startBroker } from '../src/index.ts';

let broker: Broker;
let kafka: Kafka;
let producer: Producer;
const consumers: Consumer[] = [];
const names: string[] = [];

beforeAll(async () => {
  broker = await startBroker('kafka');
  kafka = new Kafka({ brokers: broker.url.split(','), logLevel: logLevel.NOTHING });
  producer = kafka.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
});

afterAll(async () => {
  await Promise.all(consumers.map((consumer) => consumer.disconnect()));
  await producer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: names });
  await admin.deleteGroups(names);
  await admin.disconnect();
  await broker.stop();
});

it('gives a message back with its headers and its time', async () => {
  const topic = await createTopic();
  const before = Date.now();
  await producer.send({
    topic,
    messages: [{ value: 'an order', headers: { tenant: ['acme', 'umbrella'] } }],
  });

  const [message] = await consume(topic, 1);

  expect(message?.value?.toString()).toBe('an order');
  expect(message?.headers?.tenant).toEqual([Buffer.from('acme'), Buffer.from('umbrella')]);
  expect(Number(message?.timestamp)).toBeGreaterThanOrEqual(before);
});

it('shows what a transaction wrote only if it was committed', async () => {
  const topic = await createTopic();
  const aborted = await producer.transaction();
  await aborted.send({ topic, messages: [{ value: 'aborted' }] });
  await aborted.abort();
  const committed = await producer.transaction();
  await committed.send({ topic, messages: [{ value: 'committed' }] });
  await committed.commit();

  const [message] = await consume(topic, 1);

  expect(message?.value?.toString()).toBe('committed');
});

async function createTopic(): Promise<string> {
  const topic = randomUUID();
  names.push(topic);
  const admin = kafka.admin();
  await admin.connect();
  await createTopics(admin, [{ topic }]);
  await admin.disconnect();
  return topic;
}

/** Reads a topic from its beginning, as a group of the same name, until it has given `count` messages. */
async function consume(topic: string, count: number): Promise<KafkaMessage[]> {
  const consumer = kafka.consumer({ groupId: topic });
  consumers.push(consumer);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const messages: KafkaMessage[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        messages.push(message);
        if (messages.length === count) resolve();
      },
    });
  });
  return messages;
}
