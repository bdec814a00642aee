import { connect } from 'node:net';
import { createTopics } from '@waybill/brokers';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import { type Consumer, Kafka, type KafkaMessage } from 'kafkajs';
import type { Client, ClientSetup } from '../client.ts';

/** Offsets are committed after as many messages. */
const commitEvery = 50;

/** kafkajs, one partition. */
export const client: Client = {
  name: 'kafkajs',
  broker: 'kafka',
  packages: ['kafkajs'],
  ordered: true,
  unsettled: commitEvery,
  struckErrors: /^KafkaJSNonRetriableError: Connection error|^KafkaJSNumberOfRetriesExceeded/,

  async createQueue(url, queue) {
    const admin = clientOf(url).admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: '100' }];
    await createTopics(admin, [{ topic: queue }, { topic: refusing(queue), configEntries }]);
    await admin.disconnect();
  },

  async deleteQueue(url, queue) {
    const admin = clientOf(url).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [queue, refusing(queue)] });
    await admin.deleteGroups([queue]);
    await admin.disconnect();
  },

  async produce({ url, queue, waybill }) {
    const bare = clientOf(url).producer();
    const producer = waybill === undefined ? bare : traceProducer(bare, waybill);
    await producer.connect();
    return {
      send: (message) => producer.send({ topic: queue, messages: [{ value: String(message) }] }),
      refuse: (message) =>
        producer.send({ topic: refusing(queue), messages: [{ value: `${message}`.padEnd(200) }] }),
      close: () => producer.disconnect(),
    };
  },

  async consume(setup, handle) {
    let closed = false;
    let consumer: Consumer;
    const open = async (): Promise<void> => {
      consumer = await startConsumer(setup, handle, (error) => {
        if (!closed) open().catch(setup.onError);
        setup.onError(error);
      });
    };
    await open();
    return {
      async close() {
        closed = true;
        await consumer.disconnect();
      },
    };
  },

  numberOf: (native) => Number((native as KafkaMessage).value),
};

async function startConsumer(
  { url, queue, waybill }: ClientSetup,
  handle: (message: number) => Promise<void>,
  onEnd: (error: Error) => void,
): Promise<Consumer> {
  const bare = clientOf(url).consumer({
    groupId: queue,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 100,
  });
  const consumer = waybill === undefined ? bare : traceConsumer(bare, waybill);
  // kafkajs itself starts it again if it considers the error temporary.
  consumer.on(consumer.events.CRASH, ({ payload }) => void (payload.restart || onEnd(payload.error)));
  await consumer.connect();
  await consumer.subscribe({ topics: [queue], fromBeginning: true });
  await consumer.run({
    autoCommitThreshold: commitEvery,
    eachMessage: ({ message }) => handle(Number(message.value)),
  });
  return consumer;
}

function clientOf(url: string): Kafka {
  return new Kafka({
    brokers: [url],
    logCreator: () => () => undefined,
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000 },
    // The broker advertises its own address, which bypasses the proxy.
    socketFactory({ onConnect }) {
      const [host, port] = url.split(':');
      return connect({ host: String(host), port: Number(port) }, onConnect);
    },
  });
}

function refusing(queue: string): string {
  return `${queue}-refusing`;
}
