import type { Attributes } from '@opentelemetry/api';
import {
  type AttemptLog,
  HeaderReader,
  type IncomingMessage,
  plainFormat,
  type ReadableHeaders,
} from '@waybill/core/adapter';
import { kafkaAttribute } from './adapter-info.ts';
import { describeDeadLetter, isDeadLetter } from './dead-letter.ts';
import { describeKey } from './describe-key.ts';
import type { ReceivedMessage } from './kafka-client.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import type { RecordSource } from './record-source.ts';

/** What kafkajs says of a batch whose records have the time at which the broker stored them. */
const logAppendTime = 1;

/** A record that a consumer was given. Kafka has no ids and counts no deliveries: its place in the log stands for both. */
export class KafkaIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: ReceivedMessage;
  readonly sentAtSource = 'message.timestamp';
  readonly #source: RecordSource;
  readonly #options: KafkaTracingOptions;
  #headers: ReadableHeaders | undefined;
  #isDistrusted = false;

  constructor(source: RecordSource, native: ReceivedMessage, options: KafkaTracingOptions) {
    this.destination = source.topic;
    this.queueKey = source.topic;
    this.native = native;
    this.#source = source;
    this.#options = options;
  }

  get log(): AttemptLog {
    return this.#source.log;
  }

  get position(): number {
    return Number(this.native.offset);
  }

  get logTime(): number {
    return Number(this.native.timestamp);
  }

  get sentAt(): number | undefined {
    return this.#isDistrusted && this.native.batchContext?.timestampType !== logAppendTime
      ? undefined
      : this.logTime;
  }

  get headers(): ReadableHeaders {
    this.#headers ??= new HeaderReader(this.native.headers, plainFormat);
    return this.#headers;
  }

  distrust(): void {
    this.#isDistrusted = true;
  }

  describe(attributes: Attributes): void {
    this.#source.describe(attributes);
  }

  detail(attributes: Attributes): void {
    const { key, value, headers } = this.native;
    attributes[kafkaAttribute.offset] = this.position;
    // A dead letter may have no value either, and deletes nothing.
    if (value === null && !isDeadLetter(headers)) attributes[kafkaAttribute.messageTombstone] = true;
    if (this.#isDistrusted) return;
    describeDeadLetter(attributes, headers);
    describeKey(attributes, key, this.#options);
  }
}
