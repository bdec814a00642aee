import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Broker } from '@waybill/brokers';
import type { BrokerProxy } from './broker-proxy.ts';
import type { Client } from './client.ts';
import type { Outcome } from './comparison/outcome.ts';
import { addTallies } from './comparison/tally.ts';
import type { Collectors, Fault } from './faults/fault.ts';
import { Journal } from './journal.ts';
import { type RunProcess, startProcess } from './processes/run-process.ts';
import type { Task } from './processes/task.ts';

/** How long, in ms, a run waits for the next message before it counts the rest as lost. */
const patience = 40_000;
/** How long, in ms, no message may come before a run is over. */
const quiet = 1_000;
/** How long, in ms, publishing takes at the least where a fault strikes. */
const publishFor = 4_000;

/** The parts that runs of one broker share. */
export interface Bench {
  readonly client: Client;
  readonly broker: Broker;
  readonly proxy: BrokerProxy;
  readonly collectors: Collectors;
  readonly messages: number;
}

/** Sends numbered messages through a client, bare or traced, under a fault, and returns the outcome. */
export async function run(
  { client, broker, proxy, collectors, messages }: Bench,
  fault: Fault,
  traced: boolean,
): Promise<Outcome> {
  const queue = `faults-${randomUUID()}`;
  const path = join(tmpdir(), queue);
  const task = {
    client: client.name,
    fault: fault.name,
    traced,
    url: proxy.url,
    queue,
    messages,
    publishFor: fault.strikes === undefined ? 0 : publishFor,
    journal: path,
    collectors,
  } satisfies Omit<Task, 'role'>;
  await untilItWorks(() => client.createQueue(proxy.url, queue));
  const journal = new Journal(path);
  const processes = {
    producer: startProcess({ ...task, role: 'producer' }),
    consumer: startProcess({ ...task, role: 'consumer' }),
  };
  try {
    await Promise.all([processes.producer.ready, processes.consumer.ready]);
    processes.producer.tell('go');
    const strike = async (): Promise<void> => {
      processes.producer.tell('strike');
      processes.consumer.tell('strike');
      await fault.strike?.({
        faults: broker.faults ?? noFaults,
        cut: proxy.cut,
        moveTo: proxy.moveTo,
        async killConsumer() {
          processes.consumer.kill();
          processes.consumer = startProcess({ ...task, role: 'consumer' });
          await processes.consumer.ready;
        },
      });
    };
    const run = await watch(journal, processes.producer, fault, messages, strike);
    const reports = await Promise.all([processes.producer.finish(), processes.consumer.finish()]);
    await untilItWorks(() => client.deleteQueue(proxy.url, queue));
    return {
      ...run,
      errors: addTallies(...reports.map(({ errors }) => errors)),
      unhandled: addTallies(...reports.map(({ unhandled }) => unhandled)),
      openSpans: addTallies(...reports.map(({ openSpans }) => openSpans)),
      spans: reports.reduce((sum, { spans }) => sum + spans, 0),
      heapGrowth: reports.reduce((sum, { heapGrowth }) => sum + heapGrowth, 0),
    };
  } finally {
    processes.producer.kill();
    processes.consumer.kill();
    journal.close();
    rmSync(path, { force: true });
  }
}

/** Follows deliveries until all have come or none come any more, and strikes when it is time. */
async function watch(
  journal: Journal,
  producer: RunProcess,
  { strikes = [], odd }: Fault,
  messages: number,
  strike: () => Promise<void>,
): Promise<Pick<Outcome, 'accepted' | 'delivered'>> {
  const delivered: number[] = [];
  const seen = new Set<number>();
  const pending = [...strikes];
  let struck: Promise<unknown> = Promise.resolve();
  let striking = 0;
  let accepted: readonly number[] | undefined;
  let failure: unknown;
  producer.published.then(
    (numbers) => {
      accepted = numbers;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  let last = performance.now();
  for (;;) {
    const news = journal.read();
    for (const message of news) {
      delivered.push(message);
      seen.add(message);
    }
    const now = performance.now();
    if (news.length > 0 || striking > 0) last = now;
    if (pending[0] !== undefined && seen.size >= pending[0] * messages) {
      pending.shift();
      striking += 1;
      struck = Promise.all([
        struck,
        strike().finally(() => {
          striking -= 1;
        }),
      ]);
    }
    if (failure !== undefined) throw failure;
    if (accepted !== undefined && striking === 0) {
      await struck;
      const isComplete = accepted.every((message) => seen.has(message)) || odd === 'consume-skipped';
      if (now - last > (isComplete ? quiet : patience)) return { accepted, delivered };
    }
    await setTimeout(20);
  }
}

/** A broker that was just started again takes its time. */
async function untilItWorks(make: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    try {
      return await make();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await setTimeout(500);
    }
  }
}

const notHere = (): never => {
  throw new Error('A broker that the environment names can be cut off, and nothing else.');
};
const noFaults = { kill: notHere, startAgain: notHere, pause: notHere, unpause: notHere };
