import type { JourneyAttributes, JourneySpan } from '../src/index.ts';

const kinds = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Spans as OTLP in JSON has them. */
export function otlpOf(spans: readonly JourneySpan[]): { resourceSpans: unknown[] } {
  const groups = Map.groupBy(spans, ({ service, host }) => JSON.stringify([service, host]));
  return {
    resourceSpans: [...groups.values()].map((members) => ({
      resource: {
        attributes: keyValues({
          'service.name': members[0]?.service ?? '',
          ...(members[0]?.host && { 'host.name': members[0].host }),
        }),
      },
      scopeSpans: [{ scope: { name: 'test' }, spans: members.map(otlpSpan) }],
    })),
  };
}

function otlpSpan(span: JourneySpan): unknown {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: kinds.indexOf(span.kind) + 1,
    startTimeUnixNano: nanos(span.start),
    endTimeUnixNano: nanos(span.end),
    attributes: keyValues(span.attributes),
    status: { code: span.status === 'ERROR' ? 2 : 0 },
    links: span.links.map(({ traceId, spanId, sampled, attributes }) => ({
      traceId,
      spanId,
      attributes: keyValues(attributes),
      ...(sampled !== undefined && { flags: 0x100 | (sampled ? 1 : 0) }),
    })),
  };
}

function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1e3)) * 1_000n);
}

function keyValues(attributes: JourneyAttributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { doubleValue: value } : { stringValue: String(value) },
  }));
}

/** Spans as Jaeger's page has them, one trace each. The attributes of links are lost. */
export function jaegerOf(spans: readonly JourneySpan[]): { data: unknown[] } {
  return {
    data: [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([traceID, members]) => ({
      traceID: traceID.replace(/^0+/, ''),
      spans: members.map((span) => ({
        traceID: traceID.replace(/^0+/, ''),
        spanID: span.spanId,
        operationName: span.name,
        references: [
          ...(span.parentSpanId === undefined
            ? []
            : [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }]),
          ...span.links.map(({ traceId, spanId }) => ({
            refType: 'FOLLOWS_FROM',
            traceID: traceId,
            spanID: spanId,
          })),
        ],
        startTime: span.start * 1_000,
        duration: (span.end - span.start) * 1_000,
        tags: [
          { key: 'span.kind', type: 'string', value: span.kind.toLowerCase() },
          ...(span.status === 'ERROR' ? [{ key: 'error', type: 'bool', value: true }] : []),
          ...Object.entries(span.attributes).map(([key, value]) => ({
            key,
            type: 'string',
            value: String(value),
          })),
        ],
        processID: `p-${span.service}-${span.host ?? ''}`,
      })),
      processes: Object.fromEntries(
        members.map(({ service, host }) => [
          `p-${service}-${host ?? ''}`,
          {
            serviceName: service,
            tags: host === undefined ? [] : [{ key: 'host.name', type: 'string', value: host }],
          },
        ]),
      ),
    })),
  };
}

/** Spans as Tempo exports them: protobuf's own JSON, with ids in base64 and names of enumerations. */
export function tempoOf(spans: readonly JourneySpan[]): { batches: unknown[] } {
  const text = JSON.stringify(otlpOf(spans).resourceSpans, (key, value) => {
    if (/^(traceId|spanId|parentSpanId)$/.test(key)) return Buffer.from(value, 'hex').toString('base64');
    if (key === 'kind') return `SPAN_KIND_${kinds[value - 1]}`;
    if (key === 'code') return value === 2 ? 'STATUS_CODE_ERROR' : 'STATUS_CODE_UNSET';
    return value;
  });
  return { batches: JSON.parse(text) };
}
