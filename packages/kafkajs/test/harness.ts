import { randomUUID } from 'node:crypto';
import { type Broker, createTopics, startBroker } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestMessage,
} from '@waybill/testing/conformance';
import {
  type Admin,
  type Consumer,
  Kafka,
  type KafkaConfig,
  type KafkaMessage,
  type ProducerBatch,
  type ProducerRecord,
} from 'kafkajs';
import { processMessage, traceConsumer, traceProducer } from '../src/index.ts';

/** Kafka for the conformance suite. */
export const harness: AdapterHarness = kafkaHarness(Kafka, 'kafka');

/** Kafka for the conformance suite, reached with any release of kafkajs. */
export function kafkaHarness(Client: new (config: KafkaConfig) => Kafka, name: string): AdapterHarness {
  const names = `conformance-${randomUUID()}`;
  let made = 0;
  let broker: Broker | undefined;

  function client(): Kafka {
    if (broker === undefined) throw new Error('The harness was not started.');
    return new Client({
      brokers: broker.url.split(','),
      logCreator: () => () => undefined,
      retry: { initialRetryTime: 50, maxRetryTime: 500 },
    });
  }

  return {
    broker: name,
    system: 'kafka',
    excused: {},
    refusedQueue: 'not a topic!',

    async start() {
      broker = await startBroker('kafka');
    },

    async stop() {
      if (broker === undefined) return;
      const admin = client().admin();
      await admin.connect();
      await deleteAll(admin, names);
      await admin.disconnect();
      await broker.stop();
    },

    async createQueue() {
      made += 1;
      const topic = `${names}-${made}`;
      const admin = client().admin();
      await admin.connect();
      await createTopics(admin, [{ topic, numPartitions: 1 }]);
      await admin.disconnect();
      return topic;
    },

    connect: (waybill) => connect(client(), waybill),
  };
}

/** Deletes the topics and the groups whose names have this part. */
export async function deleteAll(admin: Admin, part: string): Promise<void> {
  const topics = (await admin.listTopics()).filter((topic) => topic.includes(part));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  const { groups } = await admin.listGroups();
  const ids = groups.map(({ groupId }) => groupId).filter((id) => id.includes(part));
  if (ids.length > 0) await admin.deleteGroups(ids);
}

async function connect(kafka: Kafka, waybill: Waybill | undefined): Promise<AdapterConnection> {
  const bare = kafka.producer({ retry: { retries: 2 } });
  const producer = waybill === undefined ? bare : traceProducer(bare, waybill);
  await producer.connect();
  const consumers: Consumer[] = [];
  return {
    request: (topic, messages) => record(topic, messages),
    publish: (request) => producer.send(request as ProducerRecord),
    async consume(topic, handler) {
      const consumer = await subscribe(kafka, waybill, topic, consumers);
      await consumer.run({ eachMessage: async ({ message }) => void (await handler(delivered(message))) });
    },
    async consumeBatch(topic, handler) {
      const consumer = await subscribe(kafka, waybill, topic, consumers);
      await consumer.run({
        eachBatch: async ({ batch }) => {
          await handler(batch.messages.map(delivered), ({ native }, run) => processMessage(native, run));
        },
      });
    },
    async close() {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.disconnect()));
      await producer.disconnect();
    },
  };
}

async function subscribe(
  kafka: Kafka,
  waybill: Waybill | undefined,
  topic: string,
  consumers: Consumer[],
): Promise<Consumer> {
  const bare = kafka.consumer({ groupId: `${topic}-${randomUUID()}` });
  const consumer = waybill === undefined ? bare : traceConsumer(bare, waybill);
  consumers.push(consumer);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  return consumer;
}

function record(topic: string, messages: readonly TestMessage[]): ProducerRecord & ProducerBatch {
  return {
    topic,
    messages: messages.map(({ body, headers }) => ({
      value: body,
      ...(headers === undefined ? undefined : { headers: { ...headers } as Record<string, string> }),
    })),
  };
}

function delivered(message: KafkaMessage): DeliveredMessage {
  return {
    body: String(message.value),
    header(name) {
      const value = message.headers?.[name];
      return value === undefined ? undefined : String(value);
    },
    native: message,
  };
}
