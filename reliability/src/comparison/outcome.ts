import type { Tally } from './tally.ts';

/**
 * How many streams the messages are sent in. The next message of a stream is sent when the one before it is accepted, so a broker
 * that keeps the order keeps that of each stream.
 */
export const streams = 20;

/** The outcome of one run. */
export interface Outcome {
  /** The messages that were published successfully. */
  readonly accepted: readonly number[];

  /** The messages as handlers got them, in that order. */
  readonly delivered: readonly number[];

  /** Errors that calls of the application got, and that the client reported, by kind. */
  readonly errors: Tally;

  /** Unhandled rejections and uncaught exceptions, by kind. */
  readonly unhandled: Tally;

  /** Spans that were started and did not end once, by name. */
  readonly openSpans: Tally;

  /** How many spans have ended. */
  readonly spans: number;

  /** By how much the heaps of both processes grew, in bytes, after a collection. */
  readonly heapGrowth: number;
}

/** The messages that were accepted and never delivered. */
export function lostOf({ accepted, delivered }: Outcome): number[] {
  const seen = new Set(delivered);
  return accepted.filter((message) => !seen.has(message)).toSorted((a, b) => a - b);
}

/** How many deliveries there were beyond the first of each message. */
export function duplicatesOf({ delivered }: Outcome): number {
  return delivered.length - new Set(delivered).size;
}

/** How many messages were delivered for the first time after a later one of their stream. */
export function outOfOrderOf({ delivered }: Outcome): number {
  const highest = new Array<number>(streams).fill(-1);
  let late = 0;
  for (const message of new Set(delivered)) {
    const stream = message % streams;
    if (message < (highest[stream] ?? -1)) late += 1;
    else highest[stream] = message;
  }
  return late;
}
