import type { Attributes } from '@opentelemetry/api';
import {
  type AttemptLog,
  BaseIncomingMessage,
  HeaderReader,
  plainFormat,
  type ReadableHeaders,
} from '@waybill/core/adapter';
import { kafkaAttribute } from './adapter-info.ts';
import { describeDeadLetter, isDeadLetter } from './dead-letter.ts';
import { describeKey } from './describe-key.ts';
import type { ReceivedMessage } from './kafka-client.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import type { RecordSource } from './record-source.ts';

/** The timestamp type of a batch whose records have the time at which the broker stored them. */
const logAppendTime = 1;

/** A record that a consumer received. Kafka has neither ids nor delivery counts: the record's place in the log replaces both. */
export class KafkaIncomingMessage extends BaseIncomingMessage<ReceivedMessage> {
  readonly sentAtSource = 'message.timestamp';
  readonly #source: RecordSource;
  readonly #options: KafkaTracingOptions;
  #position: number | undefined;
  #logTime: number | undefined;

  constructor(source: RecordSource, native: ReceivedMessage, options: KafkaTracingOptions) {
    super(native, source.topic);
    this.#source = source;
    this.#options = options;
  }

  get log(): AttemptLog {
    return this.#source.log;
  }

  get position(): number {
    this.#position ??= Number(this.native.offset);
    return this.#position;
  }

  get logTime(): number {
    this.#logTime ??= Number(this.native.timestamp);
    return this.#logTime;
  }

  get sentAt(): number | undefined {
    const isKnown = this.isTrusted || this.native.batchContext?.timestampType === logAppendTime;
    return isKnown ? this.logTime : undefined;
  }

  protected readHeaders(): ReadableHeaders {
    return new HeaderReader(this.native.headers, plainFormat);
  }

  describe(attributes: Attributes): void {
    this.#source.describe(attributes);
  }

  detail(attributes: Attributes): void {
    const { key, value, headers } = this.native;
    attributes[kafkaAttribute.offset] = this.position;
    // A dead letter may also lack a value, but deletes nothing.
    if (value === null && !isDeadLetter(headers)) attributes[kafkaAttribute.messageTombstone] = true;
    if (!this.isTrusted) return;
    describeDeadLetter(attributes, headers);
    describeKey(attributes, key, this.#options);
  }
}
