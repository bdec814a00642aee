import { type Attributes, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Step } from '../measure/slices.ts';
import { SPAN_ID, TRACE_ID } from './sender.ts';

/** Two spans with the attributes of a message that is sent and handled. */
export function floorOf(name: string, sent: () => Attributes, handled: () => Attributes): Step {
  const tracer = trace.getTracer('floor');
  const sender = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true };
  const parent = trace.setSpanContext(ROOT_CONTEXT, sender);
  return () => {
    const sending = { ...sent(), 'waybill.journey.id': TRACE_ID };
    tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes: sending }).end();
    tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes: handled() }, parent).end();
  };
}
