import { type JourneySpan, referenceTo } from '../spans/journey-span.ts';
import { type JourneyLimits, type LeftOut, prepareSpans } from '../spans/prepare-spans.ts';
import { read, textOf } from '../telemetry-names.ts';
import { type Delivery, orderDeliveries } from './deliveries.ts';
import { findGhosts } from './find-ghosts.ts';
import { type BareHop, findHops } from './find-hops.ts';
import { findSkews } from './find-skews.ts';
import { joinTraces } from './join-traces.ts';
import type { Hop, Journey, JourneyTrace, Wait } from './journey.ts';
import { measureWait, skewOf } from './measure-wait.ts';
import { decisionOf } from './message-facts.ts';
import { RelatedHandlingsReader } from './read-links.ts';
import { SpanIndex } from './span-index.ts';

/** The journeys of some spans, and what of the spans is not in them. */
export interface Journeys {
  /** By start. */
  readonly journeys: readonly Journey[];
  readonly leftOut: LeftOut;
}

/**
 * Makes journeys of spans: the traces that links, journey ids and shared ends join, with the ways of messages between them. It has no effects.
 * The same spans make the same journeys, in whatever order they come. Whatever the spans say, time and memory are bounded by {@link JourneyLimits}.
 *
 * @param spans of any SDK, and of any number of traces; one that is there twice counts once.
 *
 * @example
 * const { journeys } = buildJourneys(readSpans(JSON.parse(text)).spans);
 * for (const journey of journeys) console.log(drawJourney(journey));
 */
export function buildJourneys(spans: Iterable<JourneySpan>, limits: JourneyLimits = {}): Journeys {
  const prepared = prepareSpans(spans, limits);
  const all = new SpanIndex(prepared.spans);
  const journeys = joinTraces(all).map((members) => journeyOf(new SpanIndex(members, all)));
  return { journeys, leftOut: prepared.leftOut };
}

function journeyOf(index: SpanIndex): Journey {
  const { spans } = index;
  const found = findHops(index);
  const related = new RelatedHandlingsReader(index);
  const deliveries = orderDeliveries(found.hops, related);
  const hops = found.hops
    .map((hop) => {
      const delivery = deliveries.get(hop) ?? { kind: 'message', previous: undefined };
      return hopOf(hop, delivery, measureWait(hop, delivery, related.of(hop.handling), index));
    })
    .sort((a, b) => startOf(a, index) - startOf(b, index) || (a.attempt ?? 1) - (b.attempt ?? 1));
  return {
    ids: journeyIds(spans),
    start: spans.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    end: spans.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY),
    traces: tracesOf(spans),
    hops,
    connections: found.connections,
    ghosts: findGhosts(index, found.hops, found.connections),
    skews: findSkews(index, found.hops),
  };
}

function hopOf(bare: BareHop, delivery: Delivery, wait: Wait | undefined): Hop {
  const { relation, sender, missing, handling, facts } = bare;
  return {
    kind: delivery.kind,
    relation,
    sender,
    missing,
    handling: referenceTo(handling),
    previous: delivery.previous && referenceTo(delivery.previous),
    destination: facts.destination,
    messageId: facts.messageId,
    attempt: facts.attempt,
    decision: { ...decisionOf(handling), age: facts.age },
    wait,
    skew: skewOf(bare),
  };
}

function startOf({ handling }: Hop, index: SpanIndex): number {
  return index.find(handling)?.start ?? 0;
}

function tracesOf(spans: readonly JourneySpan[]): JourneyTrace[] {
  const traces = new Map<string, JourneySpan[]>();
  for (const span of spans) {
    const members = traces.get(span.traceId);
    if (members === undefined) traces.set(span.traceId, [span]);
    else members.push(span);
  }
  return [...traces].map(([traceId, members]) => ({ traceId, spans: members }));
}

function journeyIds(spans: readonly JourneySpan[]): string[] {
  const ids = spans.map(({ attributes }) => textOf(attributes, read.journeyId));
  return [...new Set(ids.filter((id) => id !== undefined))];
}
