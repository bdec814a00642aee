import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { RecordedLink, RecordedSpan } from './recorded-span.ts';

/** What the name of a span says already, or all spans of a broker say alike. */
const untold: ReadonlySet<string> = new Set([
  attribute.systemName,
  attribute.system,
  attribute.operationName,
  attribute.operationType,
  attribute.destinationName,
]);

/**
 * Draws spans for a person to read: trace by trace, children below their parents, links as arrows.
 *
 * @param spans in the order in which they were started.
 * @param marked the spans that `▶` is to point at.
 */
export function drawSpans(spans: readonly RecordedSpan[], marked: readonly RecordedSpan[] = []): string {
  if (spans.length === 0) return 'No span was recorded.';
  const traces = [...new Set(spans.map(({ traceId }) => traceId))];
  const drawing = { spans, traces, marked };
  return [
    `${counted(spans.length, 'span')} in ${counted(traces.length, 'trace')} recorded:`,
    ...traces.map((traceId) => drawTrace(traceId, drawing)),
  ].join('\n\n');
}

interface Drawing {
  readonly spans: readonly RecordedSpan[];
  readonly traces: readonly string[];
  readonly marked: readonly RecordedSpan[];
}

function drawTrace(traceId: string, drawing: Drawing): string {
  const members = drawing.spans.filter((span) => span.traceId === traceId);
  const recorded = new Set(members.map(({ spanId }) => spanId));
  const tops = members.filter(
    ({ parentSpanId }) => parentSpanId === undefined || !recorded.has(parentSpanId),
  );
  return [
    `${traceName(traceId, drawing)} = ${traceId}`,
    ...tops.flatMap((span) => drawBranch(span, members, 0, drawing)),
  ].join('\n');
}

function drawBranch(
  span: RecordedSpan,
  members: readonly RecordedSpan[],
  depth: number,
  drawing: Drawing,
): string[] {
  const indent = '  '.repeat(depth);
  const children = members.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return [
    `${drawing.marked.includes(span) ? '▶' : ' '} ${indent}${headline(span, depth)}`,
    ...details(span, drawing).map((detail) => `      ${indent}${detail}`),
    ...children.flatMap((child) => drawBranch(child, members, depth + 1, drawing)),
  ];
}

function headline(span: RecordedSpan, depth: number): string {
  const parts = [span.name, span.kind, `span ${span.spanId}`];
  if (depth === 0 && span.parentSpanId !== undefined)
    parts.push(`child of ${span.parentSpanId}, which was not recorded`);
  if (span.status !== 'UNSET')
    parts.push([span.status, span.statusMessage].filter((part) => part !== undefined).join(': '));
  if (!span.ended) parts.push('has not ended');
  return parts.join('  ');
}

function details(span: RecordedSpan, drawing: Drawing): string[] {
  return [
    ...span.links.map((link) => `→ ${linkTarget(link, drawing)}${inBrackets(link.attributes, drawing)}`),
    ...Object.entries(span.attributes)
      .filter(([name]) => !untold.has(name))
      .map(([name, value]) => `${name}: ${attributeValue(value, drawing)}`),
    ...span.events.map(
      ({ name, attributes }) =>
        `event ${name}${inBrackets({ ...attributes, [stackTrace]: undefined }, drawing)}`,
    ),
  ];
}

const stackTrace = 'exception.stacktrace';

function linkTarget({ traceId, spanId }: RecordedLink, drawing: Drawing): string {
  const target = drawing.spans.find((span) => span.traceId === traceId && span.spanId === spanId);
  return target === undefined
    ? `span ${spanId} of ${traceName(traceId, drawing)}, which was not recorded`
    : `${target.name} of ${traceName(traceId, drawing)}, span ${spanId}`;
}

function inBrackets(attributes: Attributes, drawing: Drawing): string {
  const told = Object.entries(attributes).filter(([name, value]) => value !== undefined && !untold.has(name));
  if (told.length === 0) return '';
  return `  (${told.map(([name, value]) => `${name}: ${attributeValue(value, drawing)}`).join(', ')})`;
}

/** A trace id among the attributes, such as that of a journey, is told by the number of its trace. */
function attributeValue(value: unknown, drawing: Drawing): string {
  if (typeof value === 'string' && drawing.traces.includes(value)) return traceName(value, drawing);
  return JSON.stringify(value);
}

function traceName(traceId: string, { traces }: Drawing): string {
  const index = traces.indexOf(traceId);
  return index < 0 ? `trace ${traceId}` : `trace ${index + 1}`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
