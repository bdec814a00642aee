import { amqplib } from '../adapters/amqplib/amqplib.ts';
import { openAmqplibLane } from '../adapters/amqplib/amqplib-lane.ts';
import { bullmq } from '../adapters/bullmq/bullmq.ts';
import { openBullmqLane } from '../adapters/bullmq/bullmq-lane.ts';
import { kafkajs } from '../adapters/kafkajs/kafkajs.ts';
import { openKafkajsLane } from '../adapters/kafkajs/kafkajs-lane.ts';
import { sqs } from '../adapters/sqs/sqs.ts';
import { openSqsLane } from '../adapters/sqs/sqs-lane.ts';
import type { Group } from '../group.ts';
import { type BrokerEffort, brokerGroup } from './broker-group.ts';
import { codecGroup } from './codec-group.ts';
import { heapGroup } from './heap-group.ts';
import type { Budget } from './hop-group.ts';
import { batchGroups, handWrittenGroups, metricsGroups, optionGroup, policyGroup } from './hop-groups.ts';
import { importGroup } from './import-group.ts';
import { sizeGroup } from './size-group.ts';

/** Where the real brokers are; those that are missing are left out. */
export interface BrokerUrls {
  readonly redis?: string;
  readonly kafka?: string;
  readonly rabbitmq?: string;
  readonly sqs?: string;
}

/**
 * Everything that is measured. An adapter takes part by its contenders (`adapters/`) and its lines here.
 *
 * @param quick a short run: fewer turns and processes, and a tenth of the messages for the heap.
 */
export function allGroups(quick: boolean, { kafka, rabbitmq, redis, sqs: sqsUrl }: BrokerUrls): Group[] {
  const calls: Budget = quick
    ? { processes: 1, effort: { steps: 400, turns: 24 } }
    : { processes: 6, effort: { steps: 400, turns: 120 } };
  const requests: Budget = quick
    ? { processes: 1, effort: { steps: 30, turns: 24 } }
    : { processes: 6, effort: { steps: 30, turns: 150 } };
  const headers: Budget = quick
    ? { processes: 1, effort: { steps: 2_000, turns: 8 } }
    : { processes: 3, effort: { steps: 2_000, turns: 36 } };
  const trips: BrokerEffort = quick ? { processes: 1, rounds: 8 } : { processes: 3, rounds: 48 };
  return [
    ...handWrittenGroups(kafkajs, calls),
    ...metricsGroups(kafkajs, calls),
    optionGroup(kafkajs, calls),
    policyGroup(kafkajs, calls),
    ...batchGroups(kafkajs, calls),
    ...handWrittenGroups(sqs, requests),
    ...handWrittenGroups(amqplib, calls),
    ...handWrittenGroups(bullmq, calls),
    heapGroup(kafkajs, quick ? 50_000 : 1_000_000),
    importGroup('kafkajs', 'kafkajs', quick ? 3 : 25),
    importGroup('sqs', '@aws-sdk/client-sqs', quick ? 3 : 25),
    importGroup('amqplib', 'amqplib', quick ? 3 : 25),
    importGroup('bullmq', 'bullmq', quick ? 3 : 25),
    sizeGroup,
    ...(kafka === undefined ? [] : [brokerGroup('kafkajs', openKafkajsLane, kafka, trips)]),
    ...(sqsUrl === undefined ? [] : [brokerGroup('sqs', openSqsLane, sqsUrl, trips)]),
    ...(rabbitmq === undefined ? [] : [brokerGroup('amqplib', openAmqplibLane, rabbitmq, trips)]),
    ...(redis === undefined ? [] : [brokerGroup('bullmq', openBullmqLane, redis, trips)]),
    codecGroup(headers),
  ];
}
