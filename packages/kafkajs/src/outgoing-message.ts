import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type HeaderValue,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import { isDeadLetter } from './dead-letter.ts';
import { describeKey } from './describe-key.ts';
import type { KafkaHeaders, SentMessage } from './kafka-client.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import { growthBytes, headerBytes } from './record-size.ts';

/** A record on its way to a topic. */
export class KafkaOutgoingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: SentMessage;
  readonly #batch: OutgoingBatch;
  readonly #index: number;
  readonly #headers: HeaderRecord<KafkaHeaders[string]>;

  /** The bytes that the message has grown by. */
  #growth = 0;

  /** Whether its baggage was removed, as that of a stranger or of another message: it does not come back. */
  #isBaggageRemoved = false;

  /** Whether a header had to give way. Those after it are less important. */
  #isFull = false;

  /** @param index its place among the messages of the batch. */
  constructor(batch: OutgoingBatch, native: SentMessage, index: number) {
    this.destination = batch.topic;
    this.queueKey = batch.topic;
    this.native = native;
    this.#batch = batch;
    this.#index = index;
    this.#headers = new HeaderRecord(native.headers);
  }

  /** The message for the client, with what was written. */
  get copy(): SentMessage {
    const headers = this.#headers.current;
    return headers === this.native.headers || headers === undefined
      ? this.native
      : copyWith(this.native, { headers });
  }

  /** The message for the client, with what was written but for what is ours. */
  get copyWithoutOurs(): SentMessage {
    const headers: Record<string, KafkaHeaders[string]> = {};
    for (const name of this.#headers.names()) {
      if (!this.#isOurs(name)) headers[name] = this.#headers.get(name);
    }
    for (const [name, value] of Object.entries(this.native.headers ?? {})) {
      if (!this.#isOurs(name) || (this.#isBaggageRemoved && isBaggage(name))) continue;
      headers[name] = value;
    }
    const isBare = Object.keys(headers).length === 0 && !this.#isBaggageRemoved;
    return isBare ? this.native : copyWith(this.native, { headers });
  }

  /** The names of the headers that are ours, as far as they were written. */
  get ourHeaders(): string[] {
    const given = this.native.headers;
    return this.#headers
      .names()
      .filter((name) => this.#isOurs(name) && given?.[name] !== this.#headers.get(name));
  }

  header(name: string): HeaderValue {
    return this.#headers.get(name);
  }

  headerNames(): string[] {
    return this.#headers.names();
  }

  setHeader(name: string, value: string): HeaderRefusal | undefined {
    if (!this.#batch.isAmple && !this.#takesRoom(name, value)) return 'limit';
    this.#headers.set(name, value);
    return undefined;
  }

  deleteHeader(name: string): void {
    const value = this.#batch.isAmple ? undefined : this.#headers.get(name);
    if (value !== undefined) this.#grow(-headerBytes(name, value));
    if (isBaggage(name)) this.#isBaggageRemoved = true;
    this.#headers.delete(name);
  }

  describe(attributes: Attributes): void {
    const { partition } = this.native;
    if (partition !== undefined) attributes[attribute.destinationPartitionId] = String(partition);
  }

  detail(attributes: Attributes): void {
    const { key, value, headers } = this.native;
    if (value === null && !isDeadLetter(headers)) attributes[attribute.kafkaMessageTombstone] = true;
    describeKey(attributes, key, this.#batch.options);
  }

  /**
   * Takes the room for a header. Ours leaves room for the messages after it to grow by as much as this one has: what they carry
   * already is more important.
   */
  #takesRoom(name: string, value: string): boolean {
    const { count, left, ours } = this.#batch;
    const bytes = growthBytes + headerBytes(name, value);
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

  #isOurs(name: string): boolean {
    return this.#batch.ours.includes(name.toLowerCase());
  }
}

function isBaggage(name: string): boolean {
  return name.toLowerCase() === 'baggage';
}
