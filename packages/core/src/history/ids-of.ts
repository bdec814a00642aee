import type { SpanContext } from '@opentelemetry/api';

/** All that is kept of a span: the span context of some SDKs holds the whole span, and a trace state may be very long. */
export function idsOf({ traceId, spanId, traceFlags }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags };
}
