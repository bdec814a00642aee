import type { JourneyAttributes, JourneyLink, JourneySpan, JourneySpanKind } from '../spans/journey-span.ts';
import { attributesOf, listOf, objectOf, stringOf } from './attribute-values.ts';
import { hostOf, mostLinks } from './read-otlp.ts';
import { spanIdOf, traceIdOf } from './span-ids.ts';

/**
 * Reads traces as Jaeger's query API and its page write them: `traceID`, `spans`, `processes`. A reference to another trace, or a second one
 * to a parent, is a link; this format has lost the attributes of links.
 */
export function readJaegerTraces(data: unknown): JourneySpan[] {
  return listOf(data).flatMap((each) => {
    const { spans, processes } = objectOf(each) ?? {};
    const origins = new Map(
      Object.entries(objectOf(processes) ?? {}).map(([id, process]) => [
        id,
        originOf(objectOf(process) ?? {}),
      ]),
    );
    return listOf(spans).flatMap((value) => {
      const span = objectOf(value);
      return span === undefined ? [] : [readSpan(span, origins.get(String(span.processID)) ?? {})];
    });
  });
}

type Origin = Pick<JourneySpan, 'service' | 'host'>;

function originOf({ serviceName, tags }: Readonly<Record<string, unknown>>): Origin {
  const attributes = attributesOf(tags);
  return { service: stringOf(serviceName), host: hostOf(attributes) ?? stringOf(attributes.hostname) };
}

function readSpan(span: Readonly<Record<string, unknown>>, origin: Origin): JourneySpan {
  const attributes = attributesOf(span.tags);
  const traceId = traceIdOf(span.traceID);
  const { parentSpanId, links, unreadLinks } = referencesOf(span, traceId);
  const start = msOfMicros(span.startTime);
  return {
    traceId,
    spanId: spanIdOf(span.spanID),
    parentSpanId,
    name: stringOf(span.operationName) ?? '',
    kind: kindOf(attributes),
    ...origin,
    scope: stringOf(attributes['otel.scope.name']) ?? stringOf(attributes['otel.library.name']),
    start,
    end: start + msOfMicros(span.duration),
    status: statusOf(attributes),
    statusMessage: stringOf(attributes['otel.status_description']),
    attributes,
    links,
    ...(unreadLinks > 0 && { unreadLinks }),
  };
}

/** The first `CHILD_OF` within the trace is the parent. */
function referencesOf(
  { references, parentSpanID }: Readonly<Record<string, unknown>>,
  traceId: string,
): { parentSpanId: string | undefined; links: JourneyLink[]; unreadLinks: number } {
  let parentSpanId = spanIdOf(parentSpanID) || undefined;
  const links: JourneyLink[] = [];
  let unreadLinks = 0;
  for (const each of listOf(references)) {
    const { refType, traceID, spanID } = objectOf(each) ?? {};
    const reference = { traceId: traceIdOf(traceID), spanId: spanIdOf(spanID) };
    const isParent = refType === 'CHILD_OF' && reference.traceId === traceId;
    if (isParent && (parentSpanId === undefined || parentSpanId === reference.spanId))
      parentSpanId = reference.spanId;
    else if (links.length < mostLinks) links.push({ ...reference, attributes: {} });
    else unreadLinks += 1;
  }
  return { parentSpanId, links, unreadLinks };
}

const kinds: readonly JourneySpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

function kindOf(attributes: JourneyAttributes): JourneySpanKind {
  const kind = String(attributes['span.kind']).toUpperCase();
  return kinds.find((each) => each === kind) ?? 'INTERNAL';
}

function statusOf(attributes: JourneyAttributes): JourneySpan['status'] {
  const code = attributes['otel.status_code'];
  if (code === 'ERROR' || attributes.error === true || attributes.error === 'true') return 'ERROR';
  return code === 'OK' ? 'OK' : 'UNSET';
}

function msOfMicros(value: unknown): number {
  return typeof value === 'number' ? value / 1e3 : Number.NaN;
}
