import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/**
 * What becomes of a message that was not handled, the value of `waybill.message.outcome`:
 *
 * - `deferred`: the handler put it back on purpose, which is not an error
 * - `retry`: it failed and will be delivered again
 * - `failed`: it failed and will not be delivered again
 * - `dead-lettered`: it failed and is now where dead letters go
 * - `unsettled`: the channel or the consumer was gone before it was settled, which is not an error
 */
export type HandlingOutcome = 'deferred' | 'retry' | 'failed' | 'dead-lettered' | 'unsettled';

/** What a client hands to a handler at once: one message, or a batch. */
export interface Delivery {
  /** The messages, in the client's order. */
  readonly messages: readonly IncomingMessage[];

  /** Whether the handler takes a batch. A batch of one is still a batch: its span links, and has no parent. */
  readonly batch: boolean;

  /**
   * Says what becomes of the messages, as far as the client knows when their processing ends. Called at most once. Default: unknown.
   *
   * @param failure what the handler failed with, if it did.
   */
  readonly outcomeOf?:
    | ((failure: { readonly error: unknown } | undefined) => HandlingOutcome | undefined)
    | undefined;

  /**
   * Whether the attempt is remembered, for the next one to link to, only when the adapter says that the message may come again
   * (`OpenDelivery.mayComeAgain`). Default `false`: every attempt is remembered when it starts.
   */
  readonly tellsWhetherItComesAgain?: boolean | undefined;

  /**
   * When its handling started, in ms since the epoch, where that was before the client tells of it: its span and its duration start
   * then. Default: now.
   */
  readonly startedAt?: number | undefined;

  /** Adds what all messages of a batch have in common to the attributes of its span. */
  describe?(attributes: Attributes): void;
}
