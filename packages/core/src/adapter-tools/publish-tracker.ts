import type { Attributes } from '@opentelemetry/api';
import type { PublishNote } from '../seam/calls.ts';

/** Ends a publish, with what it failed with if it did: what `PublishCall.invoke` gets. */
type EndPublish = (error?: unknown) => void;

/** A callback as clients have it: `(error, …)`. */
type Callback = (...answer: unknown[]) => void;

/** What takes notes of a message until its publish ends, and what the broker names the message by. */
interface NotedMessage<K> {
  readonly key: K;
  readonly note: PublishNote;
}

/**
 * The publishes of a client that wait for the broker to confirm them: each has one message, and completes by a callback. When the channel
 * or the connection is lost, no confirm comes.
 *
 * @typeParam K what the broker names a message by when it tells something of it before the confirm, such as that it gives it back.
 *
 * @example
 * const tracker = new PublishTracker<string>();
 * instrumenter.publish({
 *   ...call,
 *   completes: 'callback',
 *   invoke(done, note) {
 *     const confirmed = tracker.open(done, callback, note, message.id);
 *     client.send(message.copy, confirmed);
 *   },
 * });
 * client.on('returned', ({ id, reason }) => tracker.note(id, event.returned, { [attribute.returnReason]: reason }));
 * client.once('close', () => tracker.endAll(new Error('connection closed')));
 */
export class PublishTracker<K = never> {
  readonly #open = new Map<EndPublish, NotedMessage<K> | undefined>();

  /** In the order of publishing: copies of a message may have the same key. */
  readonly #noted = new Map<K, Set<NotedMessage<K>>>();
  #lost: { readonly reason: unknown } | undefined;

  /**
   * Begins to wait for a confirm.
   *
   * @param done ends the publish.
   * @param callback the caller's own.
   * @param key what the broker names the message by. Default: nothing, as it tells nothing of it.
   * @returns the callback for the client, which ends the publish before it calls the caller's.
   */
  open(done: EndPublish, callback: Callback | undefined, note: PublishNote, key?: K): Callback {
    const noted = key === undefined ? undefined : { key, note };
    this.#open.set(done, noted);
    if (noted !== undefined) this.#notedBy(noted.key).add(noted);
    // A client may take messages for a connection that is gone.
    if (this.#lost !== undefined) this.#endLater();
    return (...answer) => {
      this.end(done, answer[0]);
      if (callback) callback(...answer);
    };
  }

  /** Ends a publish: where the client's call throws, no callback does. */
  end(done: EndPublish, error?: unknown): void {
    const noted = this.#open.get(done);
    this.#open.delete(done);
    if (noted !== undefined) this.#forget(noted);
    done(error);
  }

  /** Notes on the span of a publish what happens to its message before the confirm; of several with this key on the first. */
  note(key: K, event: string, attributes: Attributes): void {
    const [first] = this.#noted.get(key) ?? [];
    first?.note(0, event, attributes);
  }

  /**
   * Ends all publishes that wait, also those to come: the channel or the connection is lost. They end in the next turn, after the client's
   * own callbacks, which may know the reason better.
   */
  endAll(reason: unknown): void {
    this.#lost = { reason };
    if (this.#open.size > 0) this.#endLater();
  }

  #endLater(): void {
    setImmediate(() => {
      for (const done of this.#open.keys()) this.end(done, this.#lost?.reason);
    });
  }

  #notedBy(key: K): Set<NotedMessage<K>> {
    const noted = this.#noted.get(key) ?? new Set();
    this.#noted.set(key, noted);
    return noted;
  }

  #forget(message: NotedMessage<K>): void {
    const noted = this.#notedBy(message.key);
    noted.delete(message);
    if (noted.size === 0) this.#noted.delete(message.key);
  }
}
