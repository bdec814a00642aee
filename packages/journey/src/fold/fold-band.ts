import type { Ghost, Hop, JourneyTrace } from '../model/journey.ts';
import { type JourneySpan, keyOf } from '../spans/journey-span.ts';
import type { Band, EndsBySpan, Lane, Row } from './band.ts';
import { spanTree } from './span-tree.ts';

/** What tells spans that are alike. */
export function signatureOf({ name, service, kind }: JourneySpan): string {
  return JSON.stringify([name, service, kind]);
}

/** Draws up the rows of traces that are alike, each below the one that it is part of. Without recursion, as hostile traces are deep. */
export function bandOf(traces: readonly JourneyTrace[], ends: EndsBySpan, foldAfter: number): Band {
  const trees = new Map(traces.map(({ traceId, spans }) => [traceId, spanTree(spans)]));
  const lanes = new LaneBuilder(ends);
  const roots = [...trees.values()].flatMap(({ roots: each }) => each);
  const waiting: Place[] = placesOf(roots, traces.length > 1 ? 0 : foldAfter, undefined);
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const row = lanes.add(place);
    const below = place.spans.flatMap((span) => trees.get(span.traceId)?.children.get(span.spanId) ?? []);
    waiting.push(...placesOf(below, place.spans.length > 1 ? 0 : foldAfter, row));
  }
  return { traceIds: traces.map(({ traceId }) => traceId), lanes: lanes.all() };
}

/** Spans that make a row, and what they are below of. */
interface Place {
  readonly spans: readonly JourneySpan[];
  readonly above: { readonly service: string; readonly depth: number } | undefined;
}

/** Shares siblings out to rows: more than `foldAfter` that are alike become one. In reverse order, to be taken from the end. */
function placesOf(siblings: readonly JourneySpan[], foldAfter: number, above: Place['above']): Place[] {
  const rows = [...Map.groupBy(siblings, signatureOf).values()].flatMap((alike) =>
    alike.length > foldAfter ? [alike] : alike.map((span) => [span]),
  );
  return rows.sort((a, b) => (b[0]?.start ?? 0) - (a[0]?.start ?? 0)).map((spans) => ({ spans, above }));
}

/** Collects rows by their services. */
class LaneBuilder {
  readonly #ends: EndsBySpan;
  readonly #lanes = new Map<string, Row[]>();

  constructor(ends: EndsBySpan) {
    this.#ends = ends;
  }

  add({ spans, above }: Place): { service: string; depth: number } {
    const [first] = spans;
    const service = first?.service ?? 'unknown service';
    const depth = above !== undefined && above.service === service ? above.depth + 1 : 0;
    const hops: Hop[] = [];
    const ghosts: Ghost[] = [];
    for (const span of spans) {
      for (const hop of this.#ends.hops.get(keyOf(span)) ?? []) hops.push(hop);
      for (const ghost of this.#ends.ghosts.get(keyOf(span)) ?? []) ghosts.push(ghost);
    }
    const rows = this.#lanes.get(service) ?? [];
    rows.push({ name: first?.name ?? '', spans, depth, hops, ghosts });
    this.#lanes.set(service, rows);
    return { service, depth };
  }

  all(): Lane[] {
    return [...this.#lanes].map(([service, rows]) => ({ service, rows }));
  }
}
