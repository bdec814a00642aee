import type { Delivery, HandlingOutcome } from '@waybill/core/adapter';
import type { ConsumeMessage } from 'amqplib';
import type { AmqpIncomingMessage } from './incoming-message.ts';

/** What was said of a message: that it is done, that its queue gets it back, that its queue is rid of it; or that nobody can say. */
export type Settlement = 'ack' | 'requeue' | 'reject' | 'lost';

/** A message that was delivered and is to be settled. */
export class UnsettledMessage implements Delivery {
  readonly messages: readonly [AmqpIncomingMessage];
  readonly fields: ConsumeMessage['fields'];
  readonly batch = false;

  /** Whether its handler, or the promise that it returned, is not done. */
  running = true;
  settlement: Settlement | undefined;
  readonly #hasDeadLetters: () => boolean;

  /** @param hasDeadLetters tells whether what is rejected from its queue goes to an exchange of dead letters. */
  constructor(message: AmqpIncomingMessage, fields: ConsumeMessage['fields'], hasDeadLetters: () => boolean) {
    this.messages = [message];
    this.fields = fields;
    this.#hasDeadLetters = hasDeadLetters;
  }

  outcomeOf(failure: { readonly error: unknown } | undefined): HandlingOutcome | undefined {
    switch (this.settlement) {
      case 'requeue':
        return failure === undefined ? 'deferred' : 'retry';
      case 'reject':
        return this.#hasDeadLetters() ? 'dead-lettered' : 'failed';
      case 'lost':
        return 'unsettled';
      default:
        return undefined;
    }
  }
}
