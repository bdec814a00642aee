import { hostOf } from '../readers/read-otlp.ts';
import type { JourneyAttributes, JourneySpan, JourneySpanKind } from '../spans/journey-span.ts';

/** What is read of a span that an OpenTelemetry SDK hands to an exporter. The `ReadableSpan` of the lines 2.x and 3.x has it. */
export interface SdkSpan {
  readonly name: string;
  readonly kind: number;
  readonly startTime: readonly [seconds: number, nanoseconds: number];
  readonly endTime: readonly [seconds: number, nanoseconds: number];
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: object;
  readonly links: readonly { readonly context: SdkSpanContext; readonly attributes?: object | undefined }[];
  readonly droppedLinksCount: number;
  readonly resource: { readonly attributes: object };
  readonly instrumentationScope: { readonly name: string };
  readonly parentSpanContext?: SdkSpanContext | undefined;
  spanContext(): SdkSpanContext;
}

/** The ids of a span, and whether it is sampled. */
export interface SdkSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/**
 * Reads a span of an SDK as it is at the time of the call.
 *
 * @example
 * const { journeys } = buildJourneys(exporter.getFinishedSpans().map(readSdkSpan));
 */
export function readSdkSpan(span: SdkSpan): JourneySpan {
  const { traceId, spanId } = span.spanContext();
  const resource = span.resource.attributes as JourneyAttributes;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: kinds[span.kind] ?? 'INTERNAL',
    service: String(resource['service.name'] ?? ''),
    host: hostOf(resource),
    scope: span.instrumentationScope.name,
    start: milliseconds(span.startTime),
    end: milliseconds(span.endTime),
    status: statuses[span.status.code] ?? 'UNSET',
    statusMessage: span.status.message,
    attributes: span.attributes as JourneyAttributes,
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      sampled: (context.traceFlags & 1) === 1,
      attributes: attributes as JourneyAttributes,
    })),
    droppedLinks: span.droppedLinksCount,
  };
}

/** By the numbers of `SpanKind` in the API. */
const kinds: readonly JourneySpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** By the numbers of `SpanStatusCode` in the API. */
const statuses = ['UNSET', 'OK', 'ERROR'] as const;

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
