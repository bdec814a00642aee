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
import { inSpan } from '../in-span.ts';
import { type MessageSpans, publishAttributesAtStart } from '../message-spans.ts';

/** What a careful engineer writes around `send`, for single messages. */
export function handWrittenProducer(producer: Producer, spans: MessageSpans): Producer {
  const tracer = trace.getTracer('hand-written');
  const atStart = publishAttributesAtStart(spans);
  const send = (record: ProducerRecord) => {
    const attributes = { ...atStart, 'messaging.destination.name': record.topic };
    const span = tracer.startSpan(`send ${record.topic}`, { kind: SpanKind.PRODUCER, attributes });
    span.setAttribute('waybill.journey.id', span.spanContext().traceId);
    const active = trace.setSpan(context.active(), span);
    const messages = record.messages.map((message) => {
      const headers: IHeaders = { ...message.headers };
      propagation.inject(active, headers, headerSetter);
      return { ...message, headers };
    });
    return inSpan(span, active, () => producer.send({ ...record, messages }));
  };
  return { ...producer, send };
}

/** What a careful engineer writes around `eachMessage`. */
export function handWrittenConsumer(consumer: Consumer, spans: MessageSpans): Consumer {
  const tracer = trace.getTracer('hand-written');
  const run = (config: ConsumerRunConfig) =>
    consumer.run({
      ...config,
      eachMessage(payload) {
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
        return inSpan(span, trace.setSpan(extracted, span), async () => config.eachMessage?.(payload));
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
