import type { Attributes } from '@opentelemetry/api';
import { attribute, HeaderRecord, type HeaderValue, type IncomingMessage } from '@waybill/core/adapter';
import type { KafkaMessage } from 'kafkajs';
import { describeMessage } from './describe-message.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';

/** Where a record was read from. */
export interface RecordSource {
  readonly topic: string;
  readonly partition: number;

  /** `undefined` as long as the consumer has not joined its group. */
  readonly groupId: string | undefined;
}

/** A record that a consumer was given. Kafka has no ids and counts no deliveries: its place in the log stands for both. */
export class KafkaIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly subject: string;
  readonly native: KafkaMessage;
  readonly id: undefined;
  readonly identity: string;
  readonly sentAt: number;
  readonly sentAtSource = 'message.timestamp';
  readonly attempt: undefined;
  readonly recurring = false;
  readonly receipt: undefined;
  readonly orderingKey: undefined;
  readonly #source: RecordSource;
  readonly #options: KafkaTracingOptions;

  constructor(source: RecordSource, native: KafkaMessage, options: KafkaTracingOptions) {
    this.destination = source.topic;
    this.subject = source.topic;
    this.native = native;
    this.identity = `${source.groupId} ${source.partition} ${native.offset}`;
    this.sentAt = Number(native.timestamp);
    this.#source = source;
    this.#options = options;
  }

  header(name: string): HeaderValue {
    return new HeaderRecord(this.native.headers).get(name);
  }

  headerNames(): string[] {
    return Object.keys(this.native.headers ?? {});
  }

  describe(attributes: Attributes): void {
    describeSource(attributes, this.#source);
    attributes[attribute.kafkaOffset] = Number(this.native.offset);
    describeMessage(attributes, this.native, this.#options);
  }
}

/** Adds what all records of a batch have in common. */
export function describeSource(attributes: Attributes, { partition, groupId }: RecordSource): void {
  attributes[attribute.destinationPartitionId] = String(partition);
  if (groupId !== undefined) attributes[attribute.consumerGroupName] = groupId;
}
