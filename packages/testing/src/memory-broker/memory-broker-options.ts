import type { HeaderLimits } from './header-limits.ts';
import type { DeliveredMessage, MemoryMessage } from './memory-message.ts';

/** What a `MemoryBroker` is to be like. */
export interface MemoryBrokerOptions {
  /** The time in ms since the epoch. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;

  /** Whether delivered messages say when they were published. Default `true`. */
  readonly timestamps?: boolean | undefined;

  /** Whether text headers arrive as buffers. Default `false`. */
  readonly headersAsBytes?: boolean | undefined;

  /** Which headers are taken; a message with others is refused. Default: any. */
  readonly headerLimits?: Partial<HeaderLimits> | undefined;

  /** How often a message is delivered before it moves to the queue `{name}.dead-letters`. Default 3. */
  readonly maxAttempts?: number | undefined;

  /** Gives the error with which a message is refused, for tests of what fails. Default: none is. */
  readonly refuse?: ((message: MemoryMessage, queue: string) => Error | undefined) | undefined;
}

/** How a subscription consumes. */
export interface SubscribeOptions {
  /** How many calls of the handler may run at the same time. Default 1. */
  readonly concurrency?: number | undefined;

  /** Told what a handler threw, after its messages went back to the queue. Default: not told. */
  readonly onError?: ((error: unknown, messages: readonly DeliveredMessage[]) => void) | undefined;
}

/** How a subscription consumes batches. */
export interface SubscribeBatchOptions extends SubscribeOptions {
  /** How many messages a batch has, at most. Default 10. */
  readonly size?: number | undefined;
}
