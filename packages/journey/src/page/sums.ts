import type { Journey, WaitPart } from '../model/journey.ts';

/** How the time of a journey was spent. */
export interface Sums {
  /** From the first to the last, in ms. */
  readonly total: number;

  /** In which a span was at work, in ms. */
  readonly work: number;

  /** In which messages waited and nothing was at work, in ms. */
  readonly wait: number;

  /** The longest wait of each kind, in ms. */
  readonly longest: ReadonlyMap<WaitPart['what'], number>;
}

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Adds up the time of a journey. What happens at the same time counts once. */
export function sumsOf({ traces, hops, start, end }: Journey): Sums {
  const spans = traces.flatMap((trace) => trace.spans);
  const waits = hops.flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
  const first = waits.reduce((least, wait) => Math.min(least, wait.start), start);
  const longest = new Map<WaitPart['what'], number>();
  for (const { what, duration } of waits.flatMap(({ parts }) => parts)) {
    longest.set(what, Math.max(longest.get(what) ?? 0, duration));
  }
  const work = lengthOf(spans);
  return { total: end - first, work, wait: lengthOf([...spans, ...waits]) - work, longest };
}

/** How much time intervals cover together. */
function lengthOf(intervals: readonly Interval[]): number {
  let length = 0;
  let at = Number.NEGATIVE_INFINITY;
  for (const { start, end } of [...intervals].sort((a, b) => a.start - b.start)) {
    length += Math.max(0, end - Math.max(start, at));
    at = Math.max(at, end);
  }
  return length;
}
