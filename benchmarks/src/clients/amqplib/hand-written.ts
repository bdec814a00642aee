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
import { inSpanSync } from '../in-span.ts';
import { type MessageSpans, publishAttributesAtStart } from '../message-spans.ts';

/** What a careful engineer writes around `sendToQueue`. */
export function handWrittenSend(channel: Channel, spans: MessageSpans): Channel['sendToQueue'] {
  const tracer = trace.getTracer('hand-written');
  const atStart = publishAttributesAtStart(spans);
  return (queue, content, options?: Options.Publish) => {
    const attributes = {
      ...atStart,
      'messaging.destination.name': queue,
      'rabbitmq.destination.routing_key': queue,
    };
    const span = tracer.startSpan(`publish ${queue}`, { kind: SpanKind.PRODUCER, attributes });
    span.setAttribute('waybill.journey.id', span.spanContext().traceId);
    const active = trace.setSpan(context.active(), span);
    const headers: Record<string, unknown> = { ...options?.headers };
    propagation.inject(active, headers, defaultTextMapSetter);
    const timestamp = Math.floor(Date.now() / 1_000);
    return inSpanSync(span, active, () =>
      channel.sendToQueue(queue, content, { ...options, headers, timestamp }),
    );
  };
}

/** What a careful engineer writes around a handler that acknowledges before it returns. */
export function handWrittenHandler(
  queue: string,
  handler: (message: ConsumeMessage | null) => void,
  spans: MessageSpans,
): (message: ConsumeMessage | null) => void {
  const tracer = trace.getTracer('hand-written');
  return (message) => {
    if (message === null) return handler(message);
    const { fields, properties } = message;
    const extracted = propagation.extract(ROOT_CONTEXT, properties.headers ?? {}, defaultTextMapGetter);
    const attributes = {
      ...spans.process,
      'messaging.destination.name': queue,
      'rabbitmq.destination.routing_key': fields.routingKey,
      'rabbitmq.message.delivery_tag': fields.deliveryTag,
      'waybill.message.attempt': fields.redelivered ? 2 : 1,
      'waybill.message.age': Date.now() / 1_000 - Number(properties.timestamp),
      'waybill.journey.id': trace.getSpanContext(extracted)?.traceId ?? '',
    };
    const span = tracer.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, extracted);
    inSpanSync(span, trace.setSpan(extracted, span), () => handler(message));
  };
}
