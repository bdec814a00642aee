import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  BaseMessage,
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type OutgoingMessage,
  plainFormat,
} from '@waybill/core/adapter';
import { kafkaAttribute } from './adapter-info.ts';
import { isDeadLetter } from './dead-letter.ts';
import { describeKey } from './describe-key.ts';
import type { KafkaHeaders, SentMessage } from './kafka-client.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import { growthBytes, headerBytes } from './record-size.ts';

/** A record on its way to a topic. */
export class KafkaOutgoingMessage extends BaseMessage<SentMessage> implements OutgoingMessage {
  readonly headers: KafkaOutgoingHeaders;
  readonly #batch: OutgoingBatch;

  /** @param index its place among the messages of the batch. */
  constructor(batch: OutgoingBatch, native: SentMessage, index: number) {
    super(native, batch.topic);
    this.headers = new KafkaOutgoingHeaders(batch, native, index);
    this.#batch = batch;
  }

  /** The message for the client, with the written headers. */
  get copy(): SentMessage {
    const { written } = this.headers;
    return written === undefined ? this.native : copyWith(this.native, { headers: written });
  }

  /** The message for the client, with the written headers except ours. */
  get copyWithoutOurs(): SentMessage {
    const headers: Record<string, KafkaHeaders[string]> = {};
    for (const name of this.headers.names()) {
      if (!this.headers.isOurs(name)) headers[name] = this.headers.raw(name);
    }
    const { isBaggageRemoved } = this.headers;
    for (const [name, value] of Object.entries(this.native.headers ?? {})) {
      if (!this.headers.isOurs(name) || (isBaggageRemoved && isBaggage(name))) continue;
      headers[name] = value;
    }
    const isBare = Object.keys(headers).length === 0 && !isBaggageRemoved;
    return isBare ? this.native : copyWith(this.native, { headers });
  }

  /** The names of our headers that were written. */
  get ourHeaders(): string[] {
    const given = this.native.headers;
    return this.headers
      .names()
      .filter((name) => this.headers.isOurs(name) && given?.[name] !== this.headers.raw(name));
  }

  describe(attributes: Attributes): void {
    const { partition } = this.native;
    if (partition !== undefined) attributes[attribute.destinationPartitionId] = String(partition);
  }

  detail(attributes: Attributes): void {
    const { key, value, headers } = this.native;
    if (value === null && !isDeadLetter(headers)) attributes[kafkaAttribute.messageTombstone] = true;
    describeKey(attributes, key, this.#batch.options);
  }
}

/** Headers that can be written while the records of the batch have room for them. */
class KafkaOutgoingHeaders extends HeaderRecord<KafkaHeaders[string]> {
  readonly #batch: OutgoingBatch;
  readonly #index: number;

  /** The bytes that the message has grown by. */
  #growth = 0;

  /** Whether a header was left out. Those after it are less important. */
  #isFull = false;

  /** Whether the baggage was removed because it was an untrusted sender's or another message's. It does not come back. */
  isBaggageRemoved = false;

  constructor(batch: OutgoingBatch, native: SentMessage, index: number) {
    super(native.headers, plainFormat);
    this.#batch = batch;
    this.#index = index;
  }

  override set(name: string, text: string): HeaderRefusal | undefined {
    if (!this.#batch.isAmple && !this.#takesRoom(name, text)) return 'limit';
    return super.set(name, text);
  }

  override delete(name: string): void {
    const value = this.#batch.isAmple ? undefined : this.raw(name);
    if (value !== undefined) this.#grow(-headerBytes(name, value));
    if (isBaggage(name)) this.isBaggageRemoved = true;
    super.delete(name);
  }

  isOurs(name: string): boolean {
    return this.#batch.ours.includes(name.toLowerCase());
  }

  /**
   * Takes the room for a header. Ours leaves room for the messages after it to grow by as much as this one has: what they carry
   * already is more important.
   */
  #takesRoom(name: string, text: string): boolean {
    const { count, left, ours } = this.#batch;
    const bytes = growthBytes + headerBytes(name, text);
    if (ours.includes(name)) {
      const reserved = (count - 1 - this.#index) * Math.max(0, this.#growth);
      this.#isFull ||= bytes + reserved > left;
      if (this.#isFull) return false;
    }
    this.#grow(bytes);
    return true;
  }

  #grow(bytes: number): void {
    this.#growth += bytes;
    this.#batch.take(bytes);
  }
}

function isBaggage(name: string): boolean {
  return name.toLowerCase() === 'baggage';
}
