import type { SpanContext } from '@opentelemetry/api';

/** Whether two contexts name the same span. */
export function isSameSpan(a: SpanContext, b: SpanContext): boolean {
  return a.spanId === b.spanId && a.traceId === b.traceId;
}
