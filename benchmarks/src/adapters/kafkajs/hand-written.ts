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
import { processAttributes, sendAttributes } from './attributes.ts';

/** What a careful engineer writes around `send`, for single messages. */
export function handWrittenProducer(producer: Producer): Producer {
  const tracer = trace.getTracer('hand');
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
  return { ...producer, send };
}

/** What a careful engineer writes around `eachMessage`. */
export function handWrittenConsumer(consumer: Consumer): Consumer {
  const tracer = trace.getTracer('hand');
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
