import { attribute, event, type PublishNote } from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';

/**
 * Messages that a broker may give back as it cannot route them, and that were not confirmed yet. A broker gives a message back
 * before it confirms it.
 */
export class ReturnedMessages {
  readonly #channel: AmqpChannel;
  readonly #notes = new Map<unknown, PublishNote>();
  #listens = false;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  /**
   * Waits for a message.
   *
   * @param mark its header of ours, which no other message has.
   */
  expect(mark: unknown, note: PublishNote): void {
    this.#notes.set(mark, note);
    if (this.#listens) return;
    this.#listens = true;
    this.#channel.on('return', (message) => {
      const { fields, properties } = message as Message;
      const { replyText } = fields as { readonly replyText?: string };
      this.#notes.get(properties.headers?.waybill)?.(0, event.returned, {
        [attribute.returnReason]: String(replyText),
      });
    });
  }

  /** Waits no longer. */
  forget(mark: unknown): void {
    this.#notes.delete(mark);
  }
}
