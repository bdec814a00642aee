import { randomUUID } from 'node:crypto';
import { type Broker, startBroker } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestMessage,
} from '@waybill/testing/conformance';
import {
  type Consumer,
  Kafka,
  type KafkaMessage,
  logLevel,
  type ProducerBatch,
  type ProducerRecord,
} from 'kafkajs';
import { processMessage, traceConsumer, traceProducer } from '../src/index.ts';

let broker: Broker | undefined;

/** Kafka for the conformance suite. */
export const harness: AdapterHarness = {
  broker: 'kafka',
  system: 'kafka',
  excused: {},
  refusedQueue: 'not a topic!',

  async start() {
    broker = await startBroker('kafka');
  },

  async stop() {
    await broker?.stop();
  },

  async createQueue() {
    const topic = `conformance-${randomUUID()}`;
    const admin = client().admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });
    await admin.disconnect();
    return topic;
  },

  async connect(waybill) {
    const kafka = client();
    const bare = kafka.producer({ retry: { retries: 2 } });
    const producer = waybill === undefined ? bare : traceProducer(bare, waybill);
    await producer.connect();
    const consumers: Consumer[] = [];
    const connection: AdapterConnection = {
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
    return connection;
  },
};

function client(): Kafka {
  if (broker === undefined) throw new Error('The harness was not started.');
  return new Kafka({
    brokers: broker.url.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500 },
  });
}

async function subscribe(
  kafka: Kafka,
  waybill: Waybill | undefined,
  topic: string,
  consumers: Consumer[],
): Promise<Consumer> {
  const bare = kafka.consumer({ groupId: `group-${randomUUID()}` });
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
