import type { Journey, JourneyTrace } from '../model/journey.ts';
import { keyOf } from '../spans/journey-span.ts';
import type { Band, EndsBySpan, FoldedJourney } from './band.ts';
import { bandOf, signatureOf } from './fold-band.ts';
import { rootsOf } from './span-tree.ts';

/** How a journey is folded. */
export interface FoldOptions {
  /** How many spans, or traces, of one place may be alike before they become one row, or one band. Default 8. */
  readonly foldAfter?: number | undefined;
}

/**
 * Folds what is alike: the spans of a fan-out into one row, and the traces of its consumers into one band. A journey of a thousand messages
 * is then as easy to read as one of a single message.
 */
export function foldJourney(journey: Journey, { foldAfter = 8 }: FoldOptions = {}): FoldedJourney {
  const ends: EndsBySpan = {
    hops: grouped(journey.hops, ({ handling }) => keyOf(handling)),
    ghosts: grouped(journey.ghosts, ({ namedBy }) => keyOf(namedBy)),
  };
  const alike = [...grouped(journey.traces, tracesSignature(journey)).values()];
  const bands = alike.flatMap((traces) =>
    traces.length > foldAfter ? [traces] : traces.map((trace) => [trace]),
  );
  const linking = new Set(
    journey.hops.filter(({ relation }) => relation === 'link').map(({ handling }) => handling.traceId),
  );
  return {
    journey,
    bands: bands
      .map((traces) => ({
        start: startOf(traces),
        // In the same ms, what sends comes first.
        isLinking: traces.some(({ traceId }) => linking.has(traceId)),
        band: bandOf(traces, ends, foldAfter),
      }))
      .sort((a, b) => a.start - b.start || Number(a.isLinking) - Number(b.isLinking))
      .map(({ band }): Band => band),
  };
}

/** What tells traces that are alike: their roots, and the roots of the traces that their messages come from. */
function tracesSignature({ traces, hops }: Journey): (trace: JourneyTrace) => string {
  const roots = new Map(traces.map((trace) => [trace.traceId, rootSignature(trace)]));
  const sources = new Map<string, Set<string>>();
  for (const { sender, handling, relation } of hops) {
    if (relation !== 'link') continue;
    const known = sources.get(handling.traceId) ?? new Set();
    if (known.size < 16) known.add(roots.get(sender.traceId) ?? '?');
    sources.set(handling.traceId, known);
  }
  return ({ traceId }) => JSON.stringify([roots.get(traceId), [...(sources.get(traceId) ?? [])].sort()]);
}

function rootSignature({ spans }: JourneyTrace): string {
  const [root] = rootsOf(spans);
  return root === undefined ? '' : signatureOf(root);
}

function startOf(traces: readonly JourneyTrace[]): number {
  return traces.reduce(
    (least, { spans }) => Math.min(least, spans[0]?.start ?? least),
    Number.POSITIVE_INFINITY,
  );
}

function grouped<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  return Map.groupBy(values, key);
}
