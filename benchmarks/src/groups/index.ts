import { amqplib, bullmq, clients, kafkajs, lambda } from '../clients/index.ts';
import type { Group } from '../group.ts';
import { brokerGroup } from './broker-group.ts';
import { codecGroup } from './codec-group.ts';
import { importGroup } from './import-group.ts';
import { journeyGroup } from './journey-group.ts';
import { heapGroup, openDeliveriesGroup, workerGroup } from './memory-groups.ts';
import { batchGroups, messageGroups, recordGroups, revisionGroups } from './message-groups.ts';
import { optionGroup, passOnGroup } from './option-groups.ts';
import type { Budget } from './side-by-side.ts';
import { sizeGroup } from './size-group.ts';

/** What is measured, and how. */
export interface RunSettings {
  /** A short run: one process instead of several, fewer turns, less traffic for the rows on memory. */
  readonly quick: boolean;

  /** Where the real brokers are, by their names. Without one, its rows are left out. */
  readonly urls: Readonly<Record<string, string>>;

  /** Another revision, and where its sources are. With it, only messages by the two revisions are measured. */
  readonly against?: { readonly ref: string; readonly root: string };
}

/** Everything that is measured. */
export function allGroups({ quick, urls, against }: RunSettings): Group[] {
  const budget: Budget = quick ? { processes: 1, turns: 15 } : { processes: 6, turns: 30 };
  if (against !== undefined) {
    return clients.flatMap((client) => revisionGroups(client, against.ref, against.root, budget));
  }
  return [
    ...clients.flatMap((client) => messageGroups(client, budget)),
    // What SQS's client does for a call is fifty times as much: nothing of this would be seen.
    ...[kafkajs, amqplib, bullmq].map((client) => passOnGroup(client, budget)),
    optionGroup(kafkajs, budget),
    ...batchGroups(kafkajs, budget),
    ...recordGroups(lambda, budget),
    ...clients.map((client) => heapGroup(client, quick ? 100_000 : 1_000_000)),
    openDeliveriesGroup(),
    workerGroup(quick ? 10 : 600),
    ...clients.map((client) => importGroup(client, quick ? 5 : 25)),
    sizeGroup,
    journeyGroup(quick ? 3 : 15),
    ...clients.flatMap((client) => {
      const url = urls[client.broker];
      return url === undefined
        ? []
        : [false, true].map((metrics) => brokerGroup(client, url, metrics, budget));
    }),
    codecGroup(budget),
  ];
}
