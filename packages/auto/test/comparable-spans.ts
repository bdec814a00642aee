import type { Attributes, AttributeValue, SpanContext } from '@opentelemetry/api';
import type { WrittenSpan } from './run-program.ts';

/** Attributes whose values are ids, times or what the broker counts. That they are there is compared. */
const different = new Set([
  'messaging.message.id',
  'waybill.message.age',
  'bullmq.worker.id',
  'bullmq.job.id',
  'bullmq.job.attempt_finished_timestamp',
  'bullmq.job.processed.timestamp',
]);

/**
 * Spans as they are the same in every run of a program: without ids and times, and with each span of a trace, each parent and
 * each link by its place in the tree. What a run calls its queues is replaced.
 */
export function comparableSpans(spans: readonly WrittenSpan[], name: string): unknown[] {
  const byId = new Map(spans.map((span) => [span.context.spanId, span]));
  const pathOf = ({ spanId }: SpanContext): string => {
    const span = byId.get(spanId);
    if (span === undefined) return 'unknown';
    return span.parent === undefined ? span.name : `${pathOf(span.parent)} > ${span.name}`;
  };
  const traces = new Set(spans.map(({ context }) => context.traceId));
  const comparableValue = (key: string, value: AttributeValue | undefined): unknown => {
    if (different.has(key)) return typeof value;
    if (key === 'waybill.journey.id') return traces.has(String(value)) ? 'a trace of these' : 'unknown';
    return value;
  };
  const comparable = (attributes: Attributes = {}): unknown =>
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, comparableValue(key, value)]));
  const text = JSON.stringify(
    spans.map(({ context, scope, kind, attributes, links, events, status }) => ({
      path: pathOf(context),
      scope,
      kind,
      attributes: comparable(attributes),
      links: links.map((link) => ({ to: pathOf(link.context), attributes: comparable(link.attributes) })),
      events: events.map((event) => ({ name: event.name, attributes: comparable(event.attributes) })),
      status,
    })),
  );
  const same: unknown[] = JSON.parse(text.replaceAll(name, 'NAME'));
  return same.map((span) => JSON.stringify(span, undefined, 1)).sort();
}
