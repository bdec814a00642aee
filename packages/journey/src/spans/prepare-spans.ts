import { type JourneyLink, type JourneySpan, keyOf } from './journey-span.ts';

/** How much of what it is given a journey is made of. The rest is counted, so that hostile input costs no more than this. */
export interface JourneyLimits {
  /** The most spans. Default 200,000. */
  readonly spans?: number | undefined;

  /** The most links of one span. Default 1,024; SDKs keep 128. */
  readonly linksPerSpan?: number | undefined;

  /** The most links of all spans together. Default 200,000. */
  readonly links?: number | undefined;
}

/** What of the input no journey shows. */
export interface LeftOut {
  /** Spans with ids or times that are none. */
  readonly invalidSpans: number;

  /** Spans with the ids of another one, which is shown. */
  readonly repeatedSpans: number;

  /** Spans beyond the limit: the latest ones. */
  readonly excessSpans: number;

  /** Links to ids that are none, such as zeros. */
  readonly invalidLinks: number;

  /** Links beyond the limits. */
  readonly excessLinks: number;
}

/** Spans to make journeys of, in an order that depends on nothing but themselves. */
export interface PreparedSpans {
  readonly spans: readonly JourneySpan[];
  readonly leftOut: LeftOut;
}

/** Checks spans, orders them by time, and drops what is there twice. A span that ends before it starts is taken to end at once. */
export function prepareSpans(given: Iterable<JourneySpan>, limits: JourneyLimits = {}): PreparedSpans {
  const { spans: mostSpans = 200_000, linksPerSpan = 1_024, links: mostLinks = 200_000 } = limits;
  const counts = { invalidSpans: 0, repeatedSpans: 0, excessSpans: 0, invalidLinks: 0, excessLinks: 0 };
  const byKey = new Map<string, JourneySpan>();
  for (const span of given) {
    if (!isValid(span)) {
      counts.invalidSpans += 1;
      continue;
    }
    const key = keyOf(span);
    const known = byKey.get(key);
    if (known !== undefined) counts.repeatedSpans += 1;
    if (known === undefined || compareCopies(span, known) < 0) byKey.set(key, span);
  }
  const ordered = [...byKey.values()].sort(compareSpans);
  counts.excessSpans = Math.max(0, ordered.length - mostSpans);
  let roomForLinks = mostLinks;
  const spans = ordered.slice(0, mostSpans).map((span) => {
    const valid = span.links.filter(isValidReference);
    counts.invalidLinks += span.links.length - valid.length;
    const room = Math.min(linksPerSpan, roomForLinks);
    const links = valid.length > room ? valid.slice(0, room) : valid;
    counts.excessLinks += valid.length - links.length + (span.unreadLinks ?? 0);
    roomForLinks -= links.length;
    return checked(span, links);
  });
  return { spans, leftOut: counts };
}

function checked(span: JourneySpan, links: readonly JourneyLink[]): JourneySpan {
  const { parentSpanId, start, end } = span;
  const parent = parentSpanId !== undefined && isId(parentSpanId, 16) ? parentSpanId : undefined;
  if (links.length === span.links.length && parent === parentSpanId && end >= start) return span;
  return { ...span, parentSpanId: parent, end: Math.max(start, end), links };
}

/** By start, then by ids. */
export function compareSpans(a: JourneySpan, b: JourneySpan): number {
  return a.start - b.start || compareText(a.traceId, b.traceId) || compareText(a.spanId, b.spanId);
}

/** Of two copies of a span, the one that says more comes first. */
function compareCopies(a: JourneySpan, b: JourneySpan): number {
  return (
    b.end - b.start - (a.end - a.start) ||
    a.start - b.start ||
    b.links.length - a.links.length ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isValid(span: JourneySpan): boolean {
  return isValidReference(span) && Number.isFinite(span.start) && Number.isFinite(span.end);
}

function isValidReference({ traceId, spanId }: { traceId: string; spanId: string }): boolean {
  return isId(traceId, 32) && isId(spanId, 16);
}

const hexDigits = /^[0-9a-f]+$/;
const zeros = /^0+$/;

/** Whether it is that many lower-case hex digits, not all of them 0 (W3C Trace Context, trace-id and parent-id). */
export function isId(id: string, digits: number): boolean {
  return id.length === digits && hexDigits.test(id) && !zeros.test(id);
}
