import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/**
 * What becomes of a message that was not handled, the value of `waybill.message.outcome`: put back as the handler wanted, which
 * is no error (`deferred`), to be delivered again (`retry`), or never again (`failed`).
 */
export type HandlingOutcome = 'deferred' | 'retry' | 'failed';

/** What a client hands to a handler at once: one message, or a batch. */
export interface Delivery {
  /** The messages, in the client's order. */
  readonly messages: readonly IncomingMessage[];

  /** Whether the handler takes a batch. A batch of one is still a batch: its span links, and has no parent. */
  readonly batch: boolean;

  /**
   * What the client will do about messages whose handler failed with this error. Default: it is not known. Called at most once.
   */
  outcomeOf?(error: unknown): HandlingOutcome | undefined;

  /** Adds what all messages of a batch have in common to the attributes of its span. */
  describe?(attributes: Attributes): void;
}
