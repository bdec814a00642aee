import type { SpanContext } from '@opentelemetry/api';
import { BoundedMap } from '../ground/bounded-map.ts';
import type { MemoryBudget } from '../ground/memory-budget.ts';
import { idsOf } from '../ground/span-ids.ts';
import type { Attempt, IncomingMessage } from '../seam/incoming-message.ts';

/** How many attempts are remembered, at least. */
const remembered = 1_000;

/** The last attempt of this process at each message. */
export class Attempts {
  readonly #byKey: BoundedMap<string, Attempt>;

  constructor(budget: MemoryBudget) {
    this.#byKey = new BoundedMap(budget, {
      size: remembered,
      bytesOf: (key) => 208 + 2 * key.length,
    });
  }

  /** The last attempt at a message before this one. */
  previous(message: IncomingMessage): Attempt | undefined {
    const { log, attempt } = message;
    // Without a log, nothing is looked up for a first delivery: its key is made when it is remembered.
    const key = log !== undefined || attempt === 1 ? undefined : attemptKey(message);
    const last =
      log?.previous(message.position ?? Number.NaN, message.logTime) ??
      (key === undefined ? undefined : this.#byKey.get(key));
    // An id may be used again, for another message.
    return last !== undefined && last.number <= (attempt ?? Number.POSITIVE_INFINITY) ? last : undefined;
  }

  /**
   * Remembers an attempt, for the next one to link to.
   *
   * @param number which delivery it is, from 1.
   * @param spanContext that of its span.
   */
  remember(message: IncomingMessage, number: number, spanContext: SpanContext): void {
    const attempt = { number, span: idsOf(spanContext) };
    if (message.log !== undefined) {
      message.log.remember(message.position ?? Number.NaN, attempt, message.logTime);
      return;
    }
    const key = attemptKey(message);
    if (key !== undefined) this.#byKey.set(key, attempt);
  }
}

/**
 * The number of this delivery, counted by the broker or else by this process; `undefined` for the first that it knows
 * of. Where the broker only says that it was delivered before, the lower bound is used.
 */
export function attemptNumber(message: IncomingMessage, previous: Attempt | undefined): number | undefined {
  const { attempt, leastAttempt } = message;
  if (attempt !== undefined || previous === undefined) return attempt ?? leastAttempt;
  return Math.max(previous.number + 1, leastAttempt ?? 1);
}

/** Without an identity or a count, nothing tells a second delivery from a second message. */
function attemptKey({ queueKey, identity, id, attempt }: IncomingMessage): string | undefined {
  const known = identity ?? (attempt === undefined ? undefined : id);
  return known === undefined ? undefined : `${queueKey} ${known}`;
}
