import type { Attributes } from '@opentelemetry/api';
import { type AttemptLog, attribute, type Port } from '@waybill/core/adapter';

/** Where records are read from: a partition of a topic, by a consumer of a group. */
export class RecordSource {
  readonly topic: string;

  /** `undefined` as long as the consumer has not joined its group. */
  readonly groupId: string | undefined;

  /** What is remembered of the records that were handled. */
  readonly log: AttemptLog;

  readonly #partitionId: string;

  constructor(topic: string, partition: number, groupId: string | undefined, port: Port) {
    this.topic = topic;
    this.groupId = groupId;
    this.log = port.attemptLog(`${groupId} ${topic} ${partition}`);
    this.#partitionId = String(partition);
  }

  describe(attributes: Attributes): void {
    attributes[attribute.destinationPartitionId] = this.#partitionId;
    if (this.groupId !== undefined) attributes[attribute.consumerGroupName] = this.groupId;
  }
}

/** Gives the sources that a consumer reads from, each time the same one. */
export function recordSources(
  port: Port,
  groupId: () => string | undefined,
): (topic: string, partition: number) => RecordSource {
  const topics = new Map<string, RecordSource[]>();
  return (topic, partition) => {
    const group = groupId();
    let partitions = topics.get(topic);
    if (partitions === undefined) {
      partitions = [];
      topics.set(topic, partitions);
    }
    const known = partitions[partition];
    if (known !== undefined && known.groupId === group) return known;
    const source = new RecordSource(topic, partition, group, port);
    partitions[partition] = source;
    return source;
  };
}
