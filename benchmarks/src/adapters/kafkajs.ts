import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import type { Consumer, ConsumerRunConfig, IHeaders, KafkaMessage, Producer, ProducerRecord } from 'kafkajs';
import type { Step } from '../measure/slices.ts';
import type { Contenders, Traffic } from './contenders.ts';
import { Kafka } from './kafka-wire.ts';
import { waybillOf } from './waybill-of.ts';

/** kafkajs: `send`, and `eachMessage` or, for batches, `eachBatch`. */
export const kafkajs: Contenders = {
  name: 'kafkajs',

  async bare(traffic) {
    const kafka = new Kafka();
    return start(kafka, kafka.producer(), kafka.consumer(), traffic);
  },

  async floor() {
    const tracer = trace.getTracer('floor');
    const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
    return () => {
      const sent = { ...sendAttributes(topics[0]), 'waybill.journey.id': traceId };
      tracer.startSpan('send orders', { kind: SpanKind.PRODUCER, attributes: sent }).end();
      const handled = processAttributes(topics[0], 0, '1', traceId, 0.001);
      tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes: handled }, parent).end();
    };
  },

  async handWritten(traffic) {
    const kafka = new Kafka();
    const tracer = trace.getTracer('hand');
    const producer = kafka.producer();
    const send = async (record: ProducerRecord) => {
      const attributes = sendAttributes(record.topic);
      const span = tracer.startSpan(`send ${record.topic}`, { kind: SpanKind.PRODUCER, attributes });
      span.setAttribute('waybill.journey.id', span.spanContext().traceId);
      const active = trace.setSpan(context.active(), span);
      const messages = record.messages.map((message) => {
        const headers: IHeaders = { ...message.headers };
        propagation.inject(active, headers, headerSetter);
        return { ...message, headers };
      });
      try {
        return await context.with(active, () => producer.send({ ...record, messages }));
      } catch (error) {
        fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    };
    const consumer = kafka.consumer();
    const run = (config: ConsumerRunConfig) =>
      consumer.run({
        ...config,
        async eachMessage(payload) {
          const { topic, partition, message } = payload;
          const extracted = propagation.extract(ROOT_CONTEXT, message.headers ?? {}, headerGetter);
          const journey = trace.getSpanContext(extracted)?.traceId ?? '';
          const age = (Date.now() - Number(message.timestamp)) / 1_000;
          const attributes = processAttributes(topic, partition, message.offset, journey, age);
          const options = { kind: SpanKind.CONSUMER, attributes };
          const span = tracer.startSpan(`process ${topic}`, options, extracted);
          try {
            await context.with(trace.setSpan(extracted, span), async () => config.eachMessage?.(payload));
          } catch (error) {
            fail(span, error);
            throw error;
          } finally {
            span.end();
          }
        },
      });
    return start(kafka, { ...producer, send }, { ...consumer, run } as Consumer, traffic);
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
    return { traceparent: `00-${traceId.slice(16)}${id}-${id.replace('0', '1')}-01` };
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

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

function sendAttributes(topic: string): Attributes {
  return {
    'messaging.system.name': 'kafka',
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
  };
}

function processAttributes(
  topic: string,
  partition: number,
  offset: KafkaMessage['offset'],
  journey: string,
  age: number,
): Attributes {
  return {
    'messaging.system.name': 'kafka',
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.consumer.group.name': 'workers',
    'kafka.offset': Number(offset),
    'waybill.relation': 'parent',
    'waybill.relation.reason': 'fresh',
    'waybill.message.age': age,
    'waybill.message.age.source': 'message.timestamp',
    'waybill.journey.id': journey,
  };
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
  span.setStatus({ code: SpanStatusCode.ERROR });
}

const headerSetter: TextMapSetter<IHeaders> = {
  set(headers, name, value) {
    headers[name] = value;
  },
};

const headerGetter: TextMapGetter<IHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name]?.toString(),
};
