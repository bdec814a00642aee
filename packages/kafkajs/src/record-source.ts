import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';

/** Where records are read from: a partition of a topic, by a consumer of a group. */
export class RecordSource {
  readonly topic: string;
  readonly partition: number;

  /** `undefined` as long as the consumer has not joined its group. */
  readonly groupId: string | undefined;

  readonly #partitionId: string;

  constructor(topic: string, partition: number, groupId: string | undefined) {
    this.topic = topic;
    this.partition = partition;
    this.groupId = groupId;
    this.#partitionId = String(partition);
  }

  /** What tells a record from all others that this consumer reads from the topic. */
  identify(offset: string): string {
    return `${this.groupId} ${this.#partitionId} ${offset}`;
  }

  describe(attributes: Attributes): void {
    attributes[attribute.destinationPartitionId] = this.#partitionId;
    if (this.groupId !== undefined) attributes[attribute.consumerGroupName] = this.groupId;
  }
}

/** Gives the sources of a consumer. Records come from one partition for a while, so the last one is mostly the one asked for. */
export function recordSources(
  groupId: () => string | undefined,
): (topic: string, partition: number) => RecordSource {
  let last: RecordSource | undefined;
  return (topic, partition) => {
    const group = groupId();
    if (last?.topic !== topic || last.partition !== partition || last.groupId !== group) {
      last = new RecordSource(topic, partition, group);
    }
    return last;
  };
}
