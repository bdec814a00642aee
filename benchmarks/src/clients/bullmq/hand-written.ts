import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Job, JobsOptions, Queue } from 'bullmq';
import { inSpan } from '../in-span.ts';
import { type MessageSpans, publishAttributesAtStart } from '../message-spans.ts';

/** What a careful engineer writes around `add`. */
export function handWrittenAdd(queue: Queue, spans: MessageSpans): Queue['add'] {
  const tracer = trace.getTracer('hand-written');
  const atStart = publishAttributesAtStart(spans);
  return (name, data, opts?: JobsOptions) => {
    const attributes = { ...atStart, 'messaging.destination.name': queue.name, 'bullmq.job.name': name };
    const span = tracer.startSpan(`add ${queue.name}`, { kind: SpanKind.PRODUCER, attributes });
    span.setAttribute('waybill.journey.id', span.spanContext().traceId);
    const active = trace.setSpan(context.active(), span);
    const carrier: Record<string, string> = {};
    propagation.inject(active, carrier, defaultTextMapSetter);
    const telemetry = { ...opts?.telemetry, metadata: JSON.stringify(carrier) };
    const add = () => queue.add(name, data, { ...opts, telemetry });
    return inSpan(span, active, add, ({ id }) => {
      if (id !== undefined) span.setAttribute('messaging.message.id', id);
    });
  };
}

/** What a careful engineer writes around a processor. */
export function handWrittenProcessor<Data>(
  processor: (job: Job<Data>) => Promise<void>,
  spans: MessageSpans,
): (job: Job<Data>) => Promise<void> {
  const tracer = trace.getTracer('hand-written');
  return (job) => {
    const carrier = carrierOf(job.opts.telemetry?.metadata);
    const extracted = propagation.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    const attributes = {
      ...spans.process,
      'messaging.destination.name': job.queueName,
      'messaging.message.id': job.id ?? '',
      'bullmq.job.name': job.name,
      'bullmq.job.attempts.made': job.attemptsMade,
      'waybill.message.attempt': job.attemptsStarted,
      'waybill.message.age': (Date.now() - job.timestamp) / 1_000,
      'waybill.journey.id': trace.getSpanContext(extracted)?.traceId ?? '',
    };
    const options = { kind: SpanKind.CONSUMER, attributes };
    const span = tracer.startSpan(`process ${job.queueName}`, options, extracted);
    return inSpan(span, trace.setSpan(extracted, span), () => processor(job));
  };
}

/** A job may carry what another tool wrote. */
function carrierOf(metadata: string | undefined): Record<string, string> {
  try {
    return JSON.parse(metadata ?? '{}');
  } catch {
    return {};
  }
}
