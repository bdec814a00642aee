import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { fail } from '../fail.ts';
import { processAttributes, sendAttributes } from './attributes.ts';

/** What a careful engineer writes around `sendToQueue`. */
export function handWrittenSend(channel: Channel): Channel['sendToQueue'] {
  const tracer = trace.getTracer('hand');
  return (queue, content, options?: Options.Publish) => {
    const attributes = sendAttributes(queue);
    const span = tracer.startSpan(`publish ${queue}`, { kind: SpanKind.PRODUCER, attributes });
    span.setAttribute('waybill.journey.id', span.spanContext().traceId);
    const active = trace.setSpan(context.active(), span);
    const headers: Record<string, unknown> = { ...options?.headers };
    propagation.inject(active, headers, defaultTextMapSetter);
    try {
      return context.with(active, () =>
        channel.sendToQueue(queue, content, {
          ...options,
          headers,
          timestamp: Math.floor(Date.now() / 1_000),
        }),
      );
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  };
}

/** What a careful engineer writes around a handler that acknowledges before it returns. */
export function handWrittenHandler(
  queue: string,
  handler: (message: ConsumeMessage) => void,
): (message: ConsumeMessage | null) => void {
  const tracer = trace.getTracer('hand');
  return (message) => {
    if (message === null) return;
    const { fields, properties } = message;
    const extracted = propagation.extract(ROOT_CONTEXT, properties.headers ?? {}, defaultTextMapGetter);
    const journey = trace.getSpanContext(extracted)?.traceId ?? '';
    const age = Date.now() / 1_000 - Number(properties.timestamp);
    const attributes = processAttributes(queue, fields.deliveryTag, journey, age);
    const span = tracer.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, extracted);
    try {
      context.with(trace.setSpan(extracted, span), () => handler(message));
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  };
}
