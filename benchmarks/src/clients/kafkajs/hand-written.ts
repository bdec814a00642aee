import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import type { Consumer, ConsumerRunConfig, IHeaders, Producer, ProducerRecord } from 'kafkajs';
import { fail } from '../fail.ts';
import { type MessageSpans, publishAttributesAtStart } from '../message-spans.ts';

/** What a careful engineer writes around `send`, for single messages. */
export function handWrittenProducer(producer: Producer, spans: MessageSpans): Producer {
  const tracer = trace.getTracer('hand-written');
  const atStart = publishAttributesAtStart(spans);
  const send = async (record: ProducerRecord) => {
    const attributes = { ...atStart, 'messaging.destination.name': record.topic };
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
  return { ...producer, send };
}

/** What a careful engineer writes around `eachMessage`. */
export function handWrittenConsumer(consumer: Consumer, spans: MessageSpans): Consumer {
  const tracer = trace.getTracer('hand-written');
  const run = (config: ConsumerRunConfig) =>
    consumer.run({
      ...config,
      async eachMessage(payload) {
        const { topic, partition, message } = payload;
        const extracted = propagation.extract(ROOT_CONTEXT, message.headers ?? {}, headerGetter);
        const attributes = {
          ...spans.process,
          'messaging.destination.name': topic,
          'messaging.destination.partition.id': String(partition),
          'kafka.offset': Number(message.offset),
          'waybill.message.age': (Date.now() - Number(message.timestamp)) / 1_000,
          'waybill.journey.id': trace.getSpanContext(extracted)?.traceId ?? '',
        };
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
  return { ...consumer, run };
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
