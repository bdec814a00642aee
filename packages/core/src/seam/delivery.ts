import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/**
 * What becomes of a message that was not handled, the value of `waybill.message.outcome`: put back as the handler wanted, which
 * is no error (`deferred`); to be delivered again (`retry`); never again (`failed`), or only from where dead letters go
 * (`dead-lettered`); or nobody said before its client was gone, which is no error either (`unsettled`).
 */
export type HandlingOutcome = 'deferred' | 'retry' | 'failed' | 'dead-lettered' | 'unsettled';

/** What a client hands to a handler at once: one message, or a batch. */
export interface Delivery {
  /** The messages, in the client's order. */
  readonly messages: readonly IncomingMessage[];

  /** Whether the handler takes a batch. A batch of one is still a batch: its span links, and has no parent. */
  readonly batch: boolean;

  /**
   * What becomes of the messages, as far as the client knows when their handling ends. Default: nothing is said. Called at most
   * once.
   *
   * @param failure what the handler failed with, if it did.
   */
  outcomeOf?(failure: { readonly error: unknown } | undefined): HandlingOutcome | undefined;

  /** Adds what all messages of a batch have in common to the attributes of its span. */
  describe?(attributes: Attributes): void;
}
