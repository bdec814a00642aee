import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { RecordedSpan } from './recorded-span.ts';

/** What is read of an SDK's span. Every release line of OpenTelemetry JS has it, in one of two shapes. */
export interface SdkSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes | undefined }[];

  /** Since 2.0. */
  readonly parentSpanContext?: SpanContext | undefined;
  readonly instrumentationScope?: { readonly name: string } | undefined;

  /** Up to 1.x. */
  readonly parentSpanId?: string | undefined;
  readonly instrumentationLibrary?: { readonly name: string } | undefined;

  spanContext(): SpanContext;
}

/** Reads an SDK's span as it is at the time of the call. */
export function readSpan(span: SdkSpan): RecordedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind] as RecordedSpan['kind'],
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? span.parentSpanId,
    attributes: { ...span.attributes },
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes,
    })),
    events: span.events.map(({ name, attributes = {} }) => ({ name, attributes })),
    status: SpanStatusCode[span.status.code] as RecordedSpan['status'],
    statusMessage: span.status.message,
    scope: (span.instrumentationScope ?? span.instrumentationLibrary)?.name,
    startTime: milliseconds(span.startTime),
    duration: span.ended ? milliseconds(span.duration) : 0,
    ended: span.ended,
  };
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
