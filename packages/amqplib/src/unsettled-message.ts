import type { Delivery, HandlingOutcome } from '@waybill/core/adapter';
import type { ConsumeMessage } from 'amqplib';
import type { DeclaredQueue } from './declared-queues.ts';
import type { AmqpIncomingMessage } from './incoming-message.ts';

/** What has to be known of a queue to tell what becomes of its messages. */
export type ConsumedQueue = Pick<DeclaredQueue, 'hasDeadLetters' | 'isStream'>;

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
  readonly #queue: () => ConsumedQueue;

  /** @param queue tells what is known of its queue. */
  constructor(message: AmqpIncomingMessage, fields: ConsumeMessage['fields'], queue: () => ConsumedQueue) {
    this.messages = [message];
    this.fields = fields;
    this.#queue = queue;
  }

  outcomeOf(failure: { readonly error: unknown } | undefined): HandlingOutcome | undefined {
    switch (this.settlement) {
      case 'requeue':
        if (this.#queue().isStream) return 'failed';
        return failure === undefined ? 'deferred' : 'retry';
      case 'reject':
        return this.#queue().hasDeadLetters ? 'dead-lettered' : 'failed';
      case 'lost':
        return 'unsettled';
      default:
        return undefined;
    }
  }
}
