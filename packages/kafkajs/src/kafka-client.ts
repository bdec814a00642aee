import type { HeaderItem } from '@waybill/core/adapter';

/** The headers of a record, as clients take and give them. */
export interface KafkaHeaders {
  readonly [name: string]: HeaderItem | readonly HeaderItem[] | undefined;
}

/** What is read of a message that is sent. */
export interface SentMessage {
  readonly key?: unknown;
  readonly value: unknown;
  readonly partition?: number;
  readonly headers?: KafkaHeaders;
  readonly timestamp?: string;
}

/** What is read of a message that was received. */
export interface ReceivedMessage {
  readonly key?: unknown;
  readonly value: unknown;
  readonly headers?: KafkaHeaders | undefined;
  readonly timestamp: string;
  readonly offset: string;

  /** What kafkajs tells, beside what its types tell, of the record batch that the message came in. */
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

/** What sends: a producer, or a transaction of it. */
export interface KafkaSender<Record = never, Batch = never> {
  send(record: Record): Promise<unknown>;
  sendBatch(batch: Batch): Promise<unknown>;

  /** Whether it is in a transaction. Absent where it cannot be. */
  isActive?(): boolean;
}

/**
 * What {@link traceProducer} takes: what it uses of a producer of kafkajs, so that subclasses, decorators, and the producers of
 * clients with the same methods will do.
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

/** What an event of a consumer tells that has joined its group. */
export interface GroupJoin {
  readonly payload: {
    readonly groupId: string;
    readonly memberAssignment: { readonly [topic: string]: readonly number[] };
  };
}

/**
 * What {@link traceConsumer} takes: what it uses of a consumer of kafkajs, so that subclasses, decorators, and the consumers of
 * clients with the same methods will do.
 */
export interface KafkaConsumer<Config = never> {
  run(config?: Config): Promise<unknown>;

  disconnect?(): Promise<unknown>;

  /** Without it spans have no consumer group. */
  on?(event: string, listener: (event: GroupJoin) => void): unknown;
  readonly events?: { readonly GROUP_JOIN: string };
}
