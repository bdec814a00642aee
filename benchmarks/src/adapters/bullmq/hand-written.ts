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
import { fail } from '../fail.ts';
import { processAttributes, sendAttributes } from './attributes.ts';

/** What a careful engineer writes around `add`. */
export function handWrittenAdd(queue: Queue): Queue['add'] {
  const tracer = trace.getTracer('hand');
  return async (name, data, opts?: JobsOptions) => {
    const span = tracer.startSpan('add orders', { kind: SpanKind.PRODUCER, attributes: sendAttributes() });
    span.setAttribute('waybill.journey.id', span.spanContext().traceId);
    const active = trace.setSpan(context.active(), span);
    const carrier: Record<string, string> = {};
    propagation.inject(active, carrier, defaultTextMapSetter);
    const telemetry = { ...opts?.telemetry, metadata: JSON.stringify(carrier) };
    try {
      const job = await context.with(active, () => queue.add(name, data, { ...opts, telemetry }));
      if (job.id !== undefined) span.setAttribute('messaging.message.id', job.id);
      return job;
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  };
}

/** What a careful engineer writes around a processor. */
export function handWrittenProcessor(processor: (job: Job) => Promise<void>): (job: Job) => Promise<void> {
  const tracer = trace.getTracer('hand');
  return async (job) => {
    const carrier = carrierOf(job.opts.telemetry?.metadata);
    const extracted = propagation.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    const journey = trace.getSpanContext(extracted)?.traceId ?? '';
    const age = (Date.now() - job.timestamp) / 1_000;
    const attributes = processAttributes(job.id ?? '', job.attemptsStarted, job.attemptsMade, journey, age);
    const span = tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes }, extracted);
    try {
      await context.with(trace.setSpan(extracted, span), () => processor(job));
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
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
