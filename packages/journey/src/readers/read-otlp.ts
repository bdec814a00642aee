import type { JourneyLink, JourneySpan, JourneySpanKind } from '../spans/journey-span.ts';
import { attributesOf, listOf, objectOf, stringOf } from './attribute-values.ts';
import { spanIdOf, traceIdOf } from './span-ids.ts';

/**
 * Reads the `resourceSpans` of OTLP in JSON, in its spelling (ids in hex, enumerations as numbers) and in that of protobuf's own JSON (ids in
 * base64, enumerations as names), which Tempo writes.
 *
 * @see OTLP 1.11, JSON Protobuf encoding
 */
export function readResourceSpans(resourceSpans: unknown): JourneySpan[] {
  const spans: JourneySpan[] = [];
  for (const each of listOf(resourceSpans)) {
    const { resource, scopeSpans, instrumentationLibrarySpans } = objectOf(each) ?? {};
    const attributes = attributesOf(objectOf(resource)?.attributes);
    const service = stringOf(attributes['service.name']);
    const host = hostOf(attributes);
    for (const group of listOf(scopeSpans ?? instrumentationLibrarySpans)) {
      const { scope, instrumentationLibrary, spans: members } = objectOf(group) ?? {};
      const name = stringOf(objectOf(scope ?? instrumentationLibrary)?.name);
      for (const member of listOf(members)) {
        const span = objectOf(member);
        if (span !== undefined) spans.push(readSpan(span, { service, host, scope: name }));
      }
    }
  }
  return spans;
}

/** What a resource tells a clock by. */
export function hostOf(attributes: Readonly<Record<string, unknown>>): string | undefined {
  return (
    stringOf(attributes['host.name']) ??
    stringOf(attributes['host.id']) ??
    stringOf(attributes['k8s.node.name'])
  );
}

/** How many links of a span are read, as many as are drawn of one. */
export const mostLinks = 1_024;

function readSpan(
  span: Readonly<Record<string, unknown>>,
  origin: Pick<JourneySpan, 'service' | 'host' | 'scope'>,
): JourneySpan {
  const { code, message } = objectOf(span.status) ?? {};
  const parentSpanId = spanIdOf(span.parentSpanId);
  const links = listOf(span.links);
  return {
    traceId: traceIdOf(span.traceId),
    spanId: spanIdOf(span.spanId),
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    name: stringOf(span.name) ?? '',
    kind: kinds[String(span.kind)] ?? 'INTERNAL',
    ...origin,
    start: msOfNanos(span.startTimeUnixNano),
    end: msOfNanos(span.endTimeUnixNano),
    status: statuses[String(code)] ?? 'UNSET',
    statusMessage: stringOf(message),
    attributes: attributesOf(span.attributes),
    links: links.slice(0, mostLinks).flatMap(readLink),
    ...(links.length > mostLinks && { unreadLinks: links.length - mostLinks }),
    droppedLinks: typeof span.droppedLinksCount === 'number' ? span.droppedLinksCount : undefined,
  };
}

/** The flags of a link tell whether the linked span is remote in their 9th bit, and its trace flags in the lowest 8. */
function readLink(value: unknown): JourneyLink[] {
  const link = objectOf(value);
  if (link === undefined) return [];
  const { traceId, spanId, flags, attributes } = link;
  return [
    {
      traceId: traceIdOf(traceId),
      spanId: spanIdOf(spanId),
      sampled: typeof flags === 'number' && (flags & hasIsRemote) !== 0 ? (flags & 1) === 1 : undefined,
      attributes: attributesOf(attributes),
    },
  ];
}

/** Written by exporters that write the trace flags, too; of others 0 tells nothing. */
const hasIsRemote = 0x100;

const kinds: Readonly<Record<string, JourneySpanKind>> = {
  2: 'SERVER',
  3: 'CLIENT',
  4: 'PRODUCER',
  5: 'CONSUMER',
  SPAN_KIND_SERVER: 'SERVER',
  SPAN_KIND_CLIENT: 'CLIENT',
  SPAN_KIND_PRODUCER: 'PRODUCER',
  SPAN_KIND_CONSUMER: 'CONSUMER',
};

const statuses: Readonly<Record<string, 'OK' | 'ERROR'>> = {
  1: 'OK',
  2: 'ERROR',
  STATUS_CODE_OK: 'OK',
  STATUS_CODE_ERROR: 'ERROR',
};

/** ns since the epoch, as text, in ms. A number of JSON is read, too, though it has lost its last digits. */
function msOfNanos(value: unknown): number {
  if (typeof value === 'number') return value / 1e6;
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return Number.NaN;
  return Number(value.slice(0, -6)) + Number(value.slice(-6)) / 1e6;
}
