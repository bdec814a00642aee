import type { AmqpChannel } from './amqp-channel.ts';
import { onLost } from './on-lost.ts';

type Done = (error?: unknown) => void;

/**
 * The publishes of a confirm channel that no broker has confirmed yet. Nobody will when the channel is lost. amqplib up to 1.0.4
 * forgets some of them when the channel closes: those after a confirm that came out of order.
 */
export class UnconfirmedPublishes {
  /** What else is to be let go of when a publish has ended, by what ends it. */
  readonly #waiting = new Map<Done, (() => void) | undefined>();
  readonly #channel: AmqpChannel;
  #listens = false;
  #lost: Error | undefined;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  /**
   * Waits for a publish.
   *
   * @param done ends it.
   * @param forget to be called when nothing is waited for any more.
   */
  add(done: Done, forget?: () => void): void {
    this.#waiting.set(done, forget);
    // amqplib takes messages for a socket that is destroyed.
    if (this.#lost !== undefined) this.#failLater();
    if (this.#listens) return;
    this.#listens = true;
    onLost(this.#channel, (reason) => {
      this.#lost = reason;
      this.#failLater();
    });
  }

  /** Ends a publish, with what it failed with if it did. */
  end(done: Done, error?: unknown): void {
    this.#waiting.get(done)?.();
    this.#waiting.delete(done);
    done(error);
  }

  /** After amqplib's own calls, which know the reason. */
  #failLater(): void {
    setImmediate(() => {
      for (const done of this.#waiting.keys()) this.end(done, this.#lost);
    });
  }
}
