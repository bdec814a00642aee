import { attribute, event, type PublishNote } from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';

/**
 * Messages that a broker may give back as it cannot route them, and that were not confirmed yet. A broker gives a message back
 * before it confirms it.
 */
export class ReturnedMessages {
  readonly #channel: AmqpChannel;

  /** In the order of publishing: copies of a message may have the same key. */
  readonly #notes = new Map<string, PublishNote[]>();
  #listens = false;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  /**
   * Waits for a message.
   *
   * @param mark its header of ours.
   * @returns to be called when nothing is waited for any more.
   */
  expect(exchange: string, routingKey: string, mark: unknown, note: PublishNote): () => void {
    const key = keyOf(exchange, routingKey, mark);
    const notes = this.#notes.get(key);
    if (notes === undefined) this.#notes.set(key, [note]);
    else notes.push(note);
    this.#listen();
    return () => this.#forget(key, note);
  }

  #listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#channel.on('return', (message) => {
      const { fields, properties } = message as Message;
      const { exchange, routingKey, replyText } = fields as Message['fields'] & {
        readonly replyText?: string;
      };
      const [note] = this.#notes.get(keyOf(exchange, routingKey, properties.headers?.waybill)) ?? [];
      note?.(0, event.returned, { [attribute.returnReason]: String(replyText) });
    });
  }

  #forget(key: string, note: PublishNote): void {
    const notes = this.#notes.get(key) ?? [];
    const left = notes.filter((other) => other !== note);
    if (left.length === 0) this.#notes.delete(key);
    else this.#notes.set(key, left);
  }
}

function keyOf(exchange: string, routingKey: string, mark: unknown): string {
  return `${exchange} ${routingKey} ${String(mark)}`;
}
