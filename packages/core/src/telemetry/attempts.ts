import type { SpanContext } from '@opentelemetry/api';
import { BoundedMap } from '../bounded-map.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';

/** A delivery of a message that this process handled. */
export interface Attempt {
  /** Which delivery it was, from 1. */
  readonly number: number;

  /** The span of its handling. */
  readonly span: SpanContext;
}

/** The last attempt at each message, as far as this process made it. */
export class Attempts {
  readonly #known: BoundedMap<string, Attempt>;

  /** @param size how many attempts are remembered, at least. */
  constructor(size: number) {
    this.#known = new BoundedMap(size);
  }

  /** What attempts at a message are remembered by; `undefined` where nothing tells a second delivery from a second message. */
  keyOf({ subject, identity, id, attempt }: IncomingMessage): string | undefined {
    const known = identity ?? (attempt === undefined ? undefined : id);
    return known === undefined ? undefined : `${subject} ${known}`;
  }

  /** The last attempt at a message before this one. */
  previous(key: string | undefined, { attempt }: IncomingMessage): Attempt | undefined {
    return key === undefined || attempt === 1 ? undefined : this.#known.get(key);
  }

  /** Remembers an attempt, for the next one to link to. */
  remember(key: string | undefined, attempt: Attempt): void {
    if (key !== undefined) this.#known.set(key, attempt);
  }
}

/** Which delivery of a message this is: as the broker counts, or else as this process does; `undefined` for the first it knows of. */
export function attemptNumber(message: IncomingMessage, previous: Attempt | undefined): number | undefined {
  return message.attempt ?? (previous === undefined ? undefined : previous.number + 1);
}
