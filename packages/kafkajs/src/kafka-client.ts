import type { HeaderItem } from '@waybill/core/adapter';

/** The headers of a record, as clients accept and return them. */
export interface KafkaHeaders {
  readonly [name: string]: HeaderItem | readonly HeaderItem[] | undefined;
}

/** The part of a sent message that is read. */
export interface SentMessage {
  readonly key?: unknown;
  readonly value: unknown;
  readonly partition?: number;
  readonly headers?: KafkaHeaders;
  readonly timestamp?: string;
}

/** The part of a received message that is read. */
export interface ReceivedMessage {
  readonly key?: unknown;
  readonly value: unknown;
  readonly headers?: KafkaHeaders | undefined;
  readonly timestamp: string;
  readonly offset: string;

  /** The record batch of the message. kafkajs provides it, but its types do not. */
  readonly batchContext?: { readonly timestampType?: number };
}

/** What `send` takes: messages for one topic. */
export interface SentRecord {
  readonly topic: string;
  readonly messages: readonly SentMessage[];
}

/** What `sendBatch` takes: messages for several topics. */
export interface SentBatch {
  readonly topicMessages?: readonly SentRecord[];
}

/** A producer, or a transaction of it. */
export interface KafkaSender<Record = never, Batch = never> {
  send(record: Record): Promise<unknown>;
  sendBatch(batch: Batch): Promise<unknown>;

  /** Whether it is in a transaction. Absent if it cannot be. */
  isActive?(): boolean;
}

/**
 * What {@link traceProducer} accepts: the used part of a producer of kafkajs. Subclasses, decorators, and producers of clients with
 * the same methods have it, too.
 */
export interface KafkaProducer extends KafkaSender {
  transaction?(): Promise<unknown>;
}

/** What a handler of single messages gets. */
export interface MessagePayload {
  readonly topic: string;
  readonly partition: number;
  readonly message: ReceivedMessage;
}

/** The handlers that a consumer runs. */
export interface RunConfig {
  readonly eachMessage?: (payload: MessagePayload) => Promise<void>;
  readonly eachBatch?: (payload: {
    readonly batch: {
      readonly topic: string;
      readonly partition: number;
      readonly messages: readonly ReceivedMessage[];
    };
  }) => Promise<void>;
}

/** The event of a consumer that has joined its group. */
export interface GroupJoin {
  readonly payload: {
    readonly groupId: string;
    readonly memberAssignment: { readonly [topic: string]: readonly number[] };
  };
}

/**
 * What {@link traceConsumer} accepts: the used part of a consumer of kafkajs. Subclasses, decorators, and consumers of clients with
 * the same methods have it, too.
 */
export interface KafkaConsumer<Config = never> {
  run(config?: Config): Promise<unknown>;

  disconnect?(): Promise<unknown>;

  /** Without it spans have no consumer group. */
  on?(event: string, listener: (event: GroupJoin) => void): unknown;
  readonly events?: { readonly GROUP_JOIN: string };
}
