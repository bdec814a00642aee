import type { ReadableHeaders } from '../seam/headers.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

/**
 * A message that was delivered, with what those of all clients have in common: where it came from, what the client delivered, its headers,
 * and whether its sender is trusted. An adapter adds what its broker knows; nothing but {@link readHeaders} has to be added.
 *
 * @typeParam N what the client delivers.
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
export abstract class BaseIncomingMessage<N> implements IncomingMessage {
  readonly native: N;
  readonly destination: string;
  readonly queueKey: string;

  /** Whether the message may tell what its sender wrote. What the broker itself must have written it tells in any case. */
  protected isTrusted = true;
  #headers: ReadableHeaders | undefined;

  /**
   * @param destination where it came from, as span names spell it.
   * @param queueKey what rules, patterns and metrics go by. Default: the destination.
   */
  constructor(native: N, destination: string, queueKey: string = destination) {
    this.native = native;
    this.destination = destination;
    this.queueKey = queueKey;
  }

  /** Read when they are first asked for. */
  get headers(): ReadableHeaders {
    this.#headers ??= this.readHeaders();
    return this.#headers;
  }

  distrust(): void {
    this.isTrusted = false;
  }

  protected abstract readHeaders(): ReadableHeaders;
}
