import type { ReadableHeaders } from '../seam/headers.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import { BaseMessage } from './base-message.ts';

/**
 * A message that was delivered, with what those of all clients have in common: where it came from, what the client delivered, its headers,
 * and whether its sender is trusted. An adapter adds what its broker knows; nothing but {@link readHeaders} has to be added.
 *
 * @typeParam N what the client delivers.
 * @typeParam H its headers.
 *
 * @example
 * class QueueIncomingMessage extends BaseIncomingMessage<Message> {
 *   get sentAt(): number | undefined {
 *     return this.isTrusted ? this.native.time : undefined;
 *   }
 *
 *   protected readHeaders(): ReadableHeaders {
 *     return new HeaderReader(this.native.headers, plainFormat);
 *   }
 * }
 */
export abstract class BaseIncomingMessage<N, H extends ReadableHeaders = ReadableHeaders>
  extends BaseMessage<N>
  implements IncomingMessage
{
  /** Whether the message may tell what its sender wrote. What the broker itself must have written it tells in any case. */
  protected isTrusted = true;
  #headers: H | undefined;

  /** Read when they are first asked for. */
  get headers(): H {
    this.#headers ??= this.readHeaders();
    return this.#headers;
  }

  distrust(): void {
    this.isTrusted = false;
  }

  protected abstract readHeaders(): H;
}

/** What a number of seconds does not exceed before the year 5138. */
const mostSeconds = 1e11;

/**
 * Reads a time since the epoch of which nothing but its size tells whether it is in seconds, milliseconds or microseconds: a field for
 * seconds in which some senders write the others.
 *
 * @returns in ms; `undefined` where it is none of these.
 *
 * @example
 * get sentAt(): number | undefined {
 *   return epochMs(this.native.properties.timestamp);
 * }
 */
export function epochMs(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  if (value <= mostSeconds) return value * 1_000;
  if (value <= mostSeconds * 1_000) return value;
  return value <= mostSeconds * 1_000_000 ? value / 1_000 : undefined;
}
