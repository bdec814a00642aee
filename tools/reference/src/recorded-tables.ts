import type { Attributes } from '@opentelemetry/api';
import type { RecordedSpans } from '@waybill/testing';
import type { PointsOfMetric } from './recorded-meter.ts';

type Span = RecordedSpans['each']['all'][number];

/** What a run recorded. */
export interface Recorded {
  readonly spans: readonly Span[];
  readonly metrics: readonly PointsOfMetric[];

  /** The name of the tracer whose spans are told. Those of others are parents at most. */
  readonly scope: string;
}

/** The spans, attributes, links, events and metrics of a run as tables of Markdown. Names of queues, ids and values are left out. */
export function recordedTables({ spans, metrics, scope }: Recorded): string {
  const ours = spans.filter((span) => span.scope === scope);
  const common = inAll(ours.map(({ attributes }) => attributes));
  const parts = [
    `Every span has ${common.map(code).join(', ')}. The others have, always or where there is something to tell:`,
    '',
    table(
      ['span', 'kind', 'below', 'links to', 'always', 'where there is something to tell'],
      groups(ours, titleOf).map(([title, group]) => spanRow(title, group, spans, common)),
    ),
  ];
  const events = groups(
    ours.flatMap((span) =>
      span.events.filter(({ name }) => name !== 'exception').map((event) => ({ span, event })),
    ),
    ({ event }) => event.name,
  );
  if (events.length > 0) {
    const rows = events.map(([name, group]) => [
      code(name),
      list(group.map(({ span }) => code(nameOf(span)))),
      list(group.flatMap(({ event }) => Object.keys(event.attributes).map(code))),
    ]);
    parts.push('', table(['event', 'on', 'attributes'], rows));
  }
  const links = groups(
    ours.flatMap((span) => span.links),
    ({ attributes }) => String(attributes['waybill.link.to']),
  );
  if (links.length > 0) {
    const rows = links.map(([to, group]) => [
      code(to),
      ...alwaysAndElse(group.map(({ attributes }) => attributes)),
    ]);
    parts.push('', table(['link to', 'always', 'where there is something to tell'], rows));
  }
  const recorded = groups(metrics, ({ name }) => name).filter(([, group]) =>
    group.some(({ points }) => points.length > 0),
  );
  const rows = recorded.map(([name, group]) => [
    code(name),
    code(group[0]?.unit ?? ''),
    ...alwaysAndElse(group.flatMap(({ points }) => points)),
  ]);
  parts.push('', table(['metric', 'unit', 'always', 'where there is something to tell'], rows));
  return parts.join('\n');
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function spanRow(
  title: string,
  group: readonly Span[],
  all: readonly Span[],
  common: readonly string[],
): string[] {
  const parents = group.map((span) => parentOf(span, all));
  const links = group.flatMap((span) =>
    span.links.map(({ attributes }) => code(String(attributes['waybill.link.to']))),
  );
  const [always = '', otherwise = ''] = alwaysAndElse(
    group.map(({ attributes }) => attributes),
    common,
  );
  return [title, group[0]?.kind ?? '', list(parents), list(links), always, otherwise];
}

/** Spans of one name and kind are told together; those for several messages apart from those for one. */
function titleOf(span: Span): string {
  const isBatch = 'messaging.batch.message_count' in span.attributes;
  return `${code(nameOf(span))}${isBatch ? ' of a batch' : ''}`;
}

function nameOf({ name, attributes }: Span): string {
  const operation = String(attributes['messaging.operation.name'] ?? name);
  return name.length > operation.length ? `${operation} {destination}` : operation;
}

function parentOf(span: Span, all: readonly Span[]): string {
  if (span.parentSpanId === undefined) return 'nothing';
  const parent = all.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
  return parent === undefined || parent.scope !== span.scope ? 'the active span' : code(nameOf(parent));
}

function alwaysAndElse(
  of: readonly Attributes[],
  without: readonly string[] = [],
): [always: string, otherwise: string] {
  const always = inAll(of);
  const others = of.flatMap((attributes) => Object.keys(attributes)).filter((name) => !always.includes(name));
  return [list(always.filter((name) => !without.includes(name)).map(code)), list(others.map(code))];
}

function inAll(of: readonly Attributes[]): string[] {
  const [first = {}, ...others] = of;
  return Object.keys(first)
    .filter((name) => others.every((attributes) => name in attributes))
    .sort();
}

/** Things by a key, ordered by it, so that two runs give the same. */
function groups<T>(things: readonly T[], keyOf: (thing: T) => string): [key: string, group: T[]][] {
  return [...Map.groupBy(things, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function list(items: readonly string[]): string {
  const plain = (item: string): string => item.replaceAll('`', '');
  return [...new Set(items)].sort((a, b) => (plain(a) < plain(b) ? -1 : 1)).join(', ');
}

function code(text: string): string {
  return `\`${text}\``;
}
