import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  copyWith,
  HeaderRecord,
  type HeaderValue,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import type { IHeaders, Message } from 'kafkajs';
import { describeContent } from './describe-content.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';

/** A record on its way to a topic. */
export class KafkaOutgoingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly subject: string;
  readonly native: Message;
  readonly #headers: HeaderRecord<IHeaders[string]>;
  readonly #options: KafkaTracingOptions;

  constructor(topic: string, native: Message, options: KafkaTracingOptions) {
    this.destination = topic;
    this.subject = topic;
    this.native = native;
    this.#headers = new HeaderRecord(native.headers);
    this.#options = options;
  }

  /** The message for kafkajs, with what was written. */
  get copy(): Message {
    const headers = this.#headers.current;
    return headers === this.native.headers || headers === undefined
      ? this.native
      : copyWith(this.native, { headers });
  }

  header(name: string): HeaderValue {
    return this.#headers.get(name);
  }

  headerNames(): string[] {
    return this.#headers.names();
  }

  setHeader(name: string, value: string): undefined {
    this.#headers.set(name, value);
  }

  deleteHeader(name: string): void {
    this.#headers.delete(name);
  }

  describe(attributes: Attributes): void {
    const { partition } = this.native;
    if (partition !== undefined) attributes[attribute.destinationPartitionId] = String(partition);
  }

  detail(attributes: Attributes): void {
    describeContent(attributes, this.native, this.#options);
  }
}
