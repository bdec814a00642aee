import { AsyncLocalStorage } from 'node:async_hooks';
import type { DeliveredMessage } from './memory-message.ts';
import type { MemoryQueue } from './memory-queue.ts';

/** What a subscription was made with. */
export interface SubscriptionOptions {
  readonly queue: MemoryQueue;

  /** How many messages the handler takes at once, at most. */
  readonly size: number;

  /** How many calls of the handler may run at the same time. */
  readonly concurrency: number;

  handle(messages: readonly DeliveredMessage[]): unknown;
  failed(error: unknown, messages: readonly DeliveredMessage[]): void;

  /** Called when a call of the handler is over. */
  settled(): void;
}

/**
 * Hands the messages of a queue to a handler. As with the clients of real brokers, the handler never runs in the context of
 * the publisher, but in that of the call that subscribed.
 */
export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #inContextOfSubscriber = AsyncLocalStorage.snapshot();
  #running = 0;
  #open = true;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    options.queue.attach(this.#wake);
    this.#wake();
  }

  /** Whether there is nothing to do, for now. */
  get isIdle(): boolean {
    return this.#running === 0 && (!this.#open || this.#options.queue.isEmpty);
  }

  /** Takes no more messages. Handlers that run are not interrupted. */
  close(): void {
    this.#open = false;
    this.#options.queue.detach(this.#wake);
    this.#options.settled();
  }

  readonly #wake = (): void => {
    this.#inContextOfSubscriber(() => setImmediate(() => this.#takeMessages()));
  };

  #takeMessages(): void {
    const { queue, size, concurrency } = this.#options;
    while (this.#open && this.#running < concurrency) {
      const messages = queue.take(size);
      if (messages.length === 0) return;
      void this.#handle(messages);
    }
  }

  async #handle(messages: readonly DeliveredMessage[]): Promise<void> {
    const { queue, handle, failed, settled } = this.#options;
    this.#running += 1;
    try {
      await handle(messages);
      for (const { receipt } of messages) queue.settle(receipt);
    } catch (error) {
      for (const { receipt } of messages) queue.giveBack(receipt);
      failed(error, messages);
    }
    this.#running -= 1;
    settled();
    this.#takeMessages();
  }
}
