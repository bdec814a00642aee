import type { SpanContext } from '@opentelemetry/api';

/** Whether two contexts name the same span. */
export function isSameSpan(a: SpanContext, b: SpanContext): boolean {
  return a.spanId === b.spanId && a.traceId === b.traceId;
}

/** All that is kept of a span: the span context of some SDKs holds the whole span, and a trace state may be very long. */
export function idsOf({ traceId, spanId, traceFlags }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags };
}

/** A text that only contexts of the same span have, for sets and maps. */
export function keyOfSpan({ traceId, spanId }: SpanContext): string {
  return `${traceId}${spanId}`;
}
