import type { SpanContext } from '@opentelemetry/api';

/** A delivery of a message that this process handled. */
export interface Attempt {
  /** Which delivery it was, from 1. */
  readonly number: number;

  /** The span of its handling. */
  readonly span: SpanContext;
}

interface Entry {
  readonly position: number;
  readonly attempt: Attempt;
}

/** How many attempts are remembered of one log: a power of two. */
const size = 1_024;

/**
 * The last attempts at the messages of a log, such as a partition of Kafka as one consumer group reads it. A ring by
 * position: a look-up by name would cost every message a text, its hash and a place in a map.
 */
export class AttemptLog {
  readonly #entries: (Entry | undefined)[] = [];

  /** The last attempt at the message of a position. */
  previous(position: number): Attempt | undefined {
    const entry = this.#entries[position % size];
    return entry?.position === position ? entry.attempt : undefined;
  }

  /** Remembers an attempt, in place of the one at the message `size` positions before. */
  remember(position: number, attempt: Attempt): void {
    // Places are filled in order, so that the list does not become one with holes.
    const place = position % size;
    while (this.#entries.length < place) this.#entries.push(undefined);
    this.#entries[place] = { position, attempt };
  }
}
