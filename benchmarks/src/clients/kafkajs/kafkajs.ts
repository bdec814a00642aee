import { randomUUID } from 'node:crypto';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { createTopics } from '@waybill/brokers';
import {
  type Consumer,
  type ConsumerConfig,
  Kafka,
  type KafkaConfig,
  logLevel,
  type Producer,
} from 'kafkajs';
import { Arrivals } from '../arrivals.ts';
import type { Client, Tracing } from '../client.ts';
import { handWrittenConsumer, handWrittenProducer } from './hand-written.ts';
import { KafkaStandIn } from './kafka-stand-in.ts';

const topics = Array.from({ length: 10_000 }, (_, index) => (index === 0 ? 'orders' : `orders-${index}`));

/** kafkajs: `send`, and `eachMessage` or, for several messages, `eachBatch`. */
export const kafkajs: Client = {
  name: 'kafkajs',
  module: 'kafkajs',
  broker: 'kafka',

  async openStandIn(tracing, { messages = 1, queues = 1, only }) {
    const { kafka, producer, consumer } = open(KafkaStandIn, tracing);
    const handle = async (): Promise<void> => undefined;
    if (only !== 'publish') {
      await consumer().run(messages === 1 ? { eachMessage: handle } : { eachBatch: handle });
    }
    const { send } = only === 'process' ? KafkaStandIn.prototype.producer.call(kafka) : producer();
    const received = only === 'process' ? contextsOfSenders(messages) : [];
    let turn = 0;
    return () =>
      send({
        topic: topics[turn++ % queues] ?? '',
        messages: Array.from({ length: messages }, (_, index) => {
          const headers = received[index];
          return headers === undefined ? { value: 'one' } : { value: 'one', headers };
        }),
      });
  },

  async openOnBroker(url, tracing) {
    const opened = open(Kafka, tracing, { brokers: [url], logLevel: logLevel.NOTHING });
    const topic = `bench-${randomUUID()}`;
    const admin = opened.kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic }]);
    await admin.disconnect();
    const producer = opened.producer();
    const consumer = opened.consumer({ groupId: topic, maxWaitTimeInMs: 5 });
    const arrivals = new Arrivals();
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => arrivals.tell(String(message.value)) });
    return {
      async publishAndProcess() {
        const id = randomUUID();
        const processed = arrivals.of(id);
        await producer.send({ topic, messages: [{ value: id }] });
        await processed;
      },
      resume: () => consumer.resume([{ topic }]),
      pause: () => consumer.pause([{ topic }]),
      async close() {
        await consumer.disconnect();
        await producer.disconnect();
      },
    };
  },
};

interface Opened<Client> {
  readonly kafka: Client;
  readonly producer: () => Producer;
  readonly consumer: (config?: ConsumerConfig) => Consumer;
}

/** Makes traced producers and consumers of kafkajs or of its stand-in. */
function open<Client extends Pick<Kafka, 'producer' | 'consumer'>>(
  KafkaClass: new (config: KafkaConfig) => Client,
  tracing: Tracing,
  config: KafkaConfig = { brokers: [] },
): Opened<Client> {
  const kafka = new (tracing.by === 'contrib' ? patched(KafkaClass) : KafkaClass)(config);
  const producer = () => kafka.producer();
  const consumer = (settings: ConsumerConfig = { groupId: 'workers' }) => kafka.consumer(settings);
  if (tracing.by === 'hand-written') {
    return {
      kafka,
      producer: () => handWrittenProducer(producer(), tracing.spans),
      consumer: (settings) => handWrittenConsumer(consumer(settings), tracing.spans),
    };
  }
  if (tracing.by === 'waybill') {
    const { traceProducer, traceConsumer } = tracing.packages.kafkajs;
    return {
      kafka,
      producer: () => traceProducer(producer(), tracing.waybill),
      consumer: (settings) => traceConsumer(consumer(settings), tracing.waybill),
    };
  }
  return { kafka, producer, consumer };
}

/** A class of its own for the instrumentation to patch, which leaves the other variants alone. */
function patched<Client extends Pick<Kafka, 'producer' | 'consumer'>>(
  KafkaClass: new (config: KafkaConfig) => Client,
): new (
  config: KafkaConfig,
) => Client {
  const { producer, consumer } = KafkaClass.prototype;
  const Patched = class extends (KafkaClass as new (
    config: KafkaConfig,
  ) => Pick<Kafka, 'producer' | 'consumer'>) {};
  Object.assign(Patched.prototype, { producer, consumer });
  new PatchingInstrumentation().patch({ Kafka: Patched });
  return Patched as never;
}

/** Patches what it is given, as it patches modules when they load. */
class PatchingInstrumentation extends KafkaJsInstrumentation {
  constructor() {
    super({ enabled: false });
  }

  patch(module: object): void {
    for (const { patch } of [this.init()].flat()) patch?.(module);
  }
}

/** Headers of so many senders that no variant can remember anything from the message before. */
function contextsOfSenders(count: number): { readonly traceparent: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const id = String(index + 1).padStart(16, '0');
    return { traceparent: `00-8448eb211c80319c${id}-${id}-01` };
  });
}
