import type { AmqpChannel } from './amqp-channel.ts';

type Done = (error?: unknown) => void;

/**
 * The publishes of a confirm channel that no broker has confirmed yet. amqplib up to 1.0.4 forgets some of them when the channel
 * closes: those after a confirm that came out of order.
 */
export class UnconfirmedPublishes {
  readonly #channel: AmqpChannel;
  readonly #waiting = new Set<Done>();
  #listens = false;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  add(done: Done): void {
    this.#waiting.add(done);
    if (this.#listens) return;
    this.#listens = true;
    // After amqplib's own calls, which know the reason.
    this.#channel.on('close', () => setImmediate(() => this.#failAll()));
  }

  delete(done: Done): void {
    this.#waiting.delete(done);
  }

  #failAll(): void {
    for (const done of this.#waiting) done(new Error('channel closed'));
    this.#waiting.clear();
  }
}
