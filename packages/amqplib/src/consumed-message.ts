import type { HandlingOutcome, TrackedMessage } from '@waybill/core/adapter';
import type { ConsumeMessage } from 'amqplib';
import type { DeclaredQueue } from './declared-queues.ts';
import type { AmqpIncomingMessage } from './incoming-message.ts';

/** What has to be known of a queue to tell what becomes of its messages. */
export type ConsumedQueue = Pick<DeclaredQueue, 'hasDeadLetters' | 'isStream'>;

/** What was said of a message: that it is done, that its queue gets it back, or that its queue is rid of it. */
export type Settlement = 'ack' | 'requeue' | 'reject';

/** A message that was delivered and is to be settled. */
export class ConsumedMessage implements TrackedMessage<number, Settlement> {
  readonly message: AmqpIncomingMessage;
  readonly key: number;
  readonly consumer: string;
  readonly #queue: () => ConsumedQueue;

  /** @param queue tells what is known of its queue. */
  constructor(message: AmqpIncomingMessage, fields: ConsumeMessage['fields'], queue: () => ConsumedQueue) {
    this.message = message;
    this.key = fields.deliveryTag;
    this.consumer = fields.consumerTag;
    this.#queue = queue;
  }

  outcomeOf(
    settlement: Settlement,
    failure: { readonly error: unknown } | undefined,
  ): HandlingOutcome | undefined {
    switch (settlement) {
      case 'requeue':
        if (this.#queue().isStream) return 'failed';
        return failure === undefined ? 'deferred' : 'retry';
      case 'reject':
        return this.#queue().hasDeadLetters ? 'dead-lettered' : 'failed';
      case 'ack':
        return undefined;
    }
  }
}
