import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from './incoming-message.ts';

/** What a client hands to a handler at once: one message, or a batch. */
export interface Delivery {
  /** The messages, in the client's order. */
  readonly messages: readonly IncomingMessage[];

  /** Whether the handler takes a batch. A batch of one is still a batch: its span links, and has no parent. */
  readonly batch: boolean;

  /** Adds what all messages of a batch have in common to the attributes of its span. */
  describe?(attributes: Attributes): void;
}
