import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Ink } from './ink.ts';
import type { MessageFacts } from './message-facts.ts';
import type { Outcome } from './outcome.ts';
import type { PlacedOrder } from './story.ts';
import { type TimeScale, timeScale } from './time-scale.ts';

const nameWidth = 28;
const barWidth = 24;

/** Draws the journey of each order as a waterfall: its traces, who is whose child, what links, and how old messages were. */
export function drawJourneys(
  orders: readonly PlacedOrder[],
  outcomes: readonly Outcome[],
  spans: readonly ReadableSpan[],
  ink: Ink,
): string {
  return orders
    .map((order) => {
      const messages = outcomes.filter((outcome) => outcome.order.id === order.id);
      return drawJourney(order, messages, spans, ink);
    })
    .join('\n\n');
}

function drawJourney(
  order: PlacedOrder,
  messages: readonly Outcome[],
  spans: readonly ReadableSpan[],
  ink: Ink,
): string {
  const traceIds = [
    ...new Set([order.traceId, ...messages.map(({ facts }) => facts?.traceId ?? order.traceId)]),
  ];
  const own = spans.filter((span) => traceIds.includes(span.spanContext().traceId));
  const scale = timeScale(own, barWidth);
  const traces = traceIds.length === 1 ? 'one trace' : `${traceIds.length} traces`;
  const title = `${order.id}, handled ${order.handled}: ${traces}, one journey ${short(order.traceId)}`;
  const drawn = traceIds.map((traceId) => {
    const members = own.filter((span) => span.spanContext().traceId === traceId);
    const roots = members.filter((span) => !members.some((other) => isParent(other, span)));
    const lines = roots.flatMap((root) => drawTree(root, members, messages, scale, ink, ''));
    return [ink.faint(`  trace ${short(traceId)}${linksOf(roots, spans)}`), ...lines].join('\n');
  });
  return [ink.strong(title), ...drawn].join('\n');
}

function drawTree(
  span: ReadableSpan,
  members: readonly ReadableSpan[],
  messages: readonly Outcome[],
  scale: TimeScale,
  ink: Ink,
  indent: string,
): string[] {
  const facts = messages.find((message) => message.facts?.spanId === span.spanContext().spanId)?.facts;
  const note =
    facts === undefined
      ? ''
      : ` ${ink.mark(facts.relation)}, ${facts.reason}, ${seconds(facts.ageSeconds)} old, ${baggage(facts.baggage)}${failure(facts)}`;
  const name = `  ${indent}${span.name}`.padEnd(nameWidth);
  const children = members.filter((other) => isParent(span, other));
  return [
    `${name} ${scale.bar(span)}${note}`.trimEnd(),
    ...children.flatMap((child) => drawTree(child, members, messages, scale, ink, `${indent}  `)),
  ];
}

function isParent(parent: ReadableSpan, child: ReadableSpan): boolean {
  return child.parentSpanContext?.spanId === parent.spanContext().spanId;
}

function linksOf(roots: readonly ReadableSpan[], spans: readonly ReadableSpan[]): string {
  const links = roots.flatMap((root) => root.links);
  const targets = links.map(({ context }) => {
    const target = spans.find((span) => span.spanContext().spanId === context.spanId);
    return `links back to "${target?.name ?? context.spanId}" in trace ${short(context.traceId)}`;
  });
  return targets.map((target) => `, ${target}`).join('');
}

function baggage(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

function failure({ error }: MessageFacts): string {
  return error === null ? '' : `, failed: ${error}`;
}

function seconds(age: number | null): string {
  return age === null ? 'of unknown age' : `${age.toFixed(1)} s`;
}

function short(id: string): string {
  return id.slice(0, 8);
}
