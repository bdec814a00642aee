import type { Attributes } from '@opentelemetry/api';
import { type AttemptLog, attribute, type Instrumenter } from '@waybill/core/adapter';

/** Where records are read from: a partition of a topic, by a consumer of a group. */
export class RecordSource {
  readonly topic: string;

  /** `undefined` as long as the consumer has not joined its group. */
  readonly groupId: string | undefined;

  /** The memory of the records that were handled. */
  readonly log: AttemptLog;

  readonly #partitionId: string;

  constructor(topic: string, partition: number, groupId: string | undefined, instrumenter: Instrumenter) {
    this.topic = topic;
    this.groupId = groupId;
    this.log = instrumenter.attemptLog();
    this.#partitionId = String(partition);
  }

  describe(attributes: Attributes): void {
    attributes[attribute.destinationPartitionId] = this.#partitionId;
    if (this.groupId !== undefined) attributes[attribute.consumerGroupName] = this.groupId;
  }
}

/** The sources that a consumer reads from, as long as it has them assigned. */
export class RecordSources {
  readonly #instrumenter: Instrumenter;
  readonly #topics = new Map<string, RecordSource[]>();
  #groupId: string | undefined;

  constructor(instrumenter: Instrumenter) {
    this.#instrumenter = instrumenter;
  }

  /** The source of a partition, always the same one. */
  of(topic: string, partition: number): RecordSource {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = [];
      this.#topics.set(topic, partitions);
    }
    const known = partitions[partition];
    if (known !== undefined && known.groupId === this.#groupId) return known;
    known?.log.forget();
    const source = new RecordSource(topic, partition, this.#groupId, this.#instrumenter);
    partitions[partition] = source;
    return source;
  }

  /** Forgets the sources that the consumer no longer has after it has joined its group again. */
  joined(groupId: string, assigned: Readonly<Record<string, readonly number[]>>): void {
    this.#groupId = groupId;
    for (const [topic, partitions] of this.#topics) {
      for (const [partition, source] of partitions.entries()) {
        if (source === undefined || assigned[topic]?.includes(partition)) continue;
        source.log.forget();
        delete partitions[partition];
      }
    }
  }

  /** Forgets all sources: the consumer has left. */
  left(): void {
    for (const source of [...this.#topics.values()].flat()) source?.log.forget();
    this.#topics.clear();
  }
}
