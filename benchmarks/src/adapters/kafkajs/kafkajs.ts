import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import type { Consumer, Producer } from 'kafkajs';
import type { Step } from '../../measure/slices.ts';
import type { Contenders, Traffic } from '../contenders.ts';
import { floorOf } from '../floor-of.ts';
import { TRACE_ID } from '../sender.ts';
import { waybillOf } from '../waybill-of.ts';
import { processAttributes, sendAttributes } from './attributes.ts';
import { handWrittenConsumer, handWrittenProducer } from './hand-written.ts';
import { Kafka } from './kafka-wire.ts';

/** kafkajs: `send`, and `eachMessage` or, for batches, `eachBatch`. */
export const kafkajs: Contenders = {
  name: 'kafkajs',
  sends: 'send',

  async bare(traffic) {
    const kafka = new Kafka();
    return start(kafka, kafka.producer(), kafka.consumer(), traffic);
  },

  async floor() {
    return floorOf(
      'send orders',
      () => sendAttributes(topics[0]),
      () => processAttributes(topics[0], 0, '1', TRACE_ID, 0.001),
    );
  },

  async handWritten(traffic) {
    const kafka = new Kafka();
    const producer = handWrittenProducer(kafka.producer());
    return start(kafka, producer, handWrittenConsumer(kafka.consumer()), traffic);
  },

  async contrib(traffic) {
    class PatchedKafka extends Kafka {
      override producer(): Producer {
        return super.producer();
      }
      override consumer(): Consumer {
        return super.consumer();
      }
    }
    new PatchingInstrumentation().patch({ Kafka: PatchedKafka });
    const kafka = new PatchedKafka();
    return start(kafka, kafka.producer(), kafka.consumer(), traffic);
  },

  async waybill(traffic, setup) {
    const kafka = new Kafka();
    const waybill = waybillOf(setup);
    const producer = traceProducer(kafka.producer(), waybill);
    const consumer = traceConsumer(kafka.consumer(), waybill);
    return start(kafka, producer, consumer, traffic);
  },
};

const topics = ['orders', ...Array.from({ length: 9_999 }, (_, index) => `orders-${index}`)] as [
  string,
  ...string[],
];

/** Patches what it is given, as it does modules when they load. */
class PatchingInstrumentation extends KafkaJsInstrumentation {
  constructor() {
    super({ enabled: false });
  }

  patch(module: object): void {
    const definition = this.init();
    for (const { patch } of [definition ?? []].flat()) patch?.(module);
  }
}

async function start(
  kafka: Kafka,
  producer: Pick<Producer, 'send'>,
  consumer: Pick<Consumer, 'run'>,
  { messages = 1, queues = 1, only }: Traffic,
): Promise<Step> {
  const handle = async (): Promise<void> => undefined;
  if (only !== 'publish') {
    await consumer.run(messages === 1 ? { eachMessage: handle } : { eachBatch: handle });
  }
  const sender = only === 'consume' ? kafka.producer() : producer;
  // As of so many senders: nothing can be remembered from the last message.
  const sent = Array.from({ length: only === 'consume' ? messages : 0 }, (_, index) => {
    const id = String(index).padStart(16, '0');
    return { traceparent: `00-${TRACE_ID.slice(16)}${id}-${id.replace('0', '1')}-01` };
  });
  let turn = 0;
  return () => {
    const topic = queues === 1 ? topics[0] : (topics[turn++ % queues] ?? '');
    const values = Array.from({ length: messages }, (_, index) => {
      const headers = sent[index];
      return headers === undefined ? { value: 'one' } : { value: 'one', headers };
    });
    return sender.send({ topic, messages: values });
  };
}
