import { randomUUID } from 'node:crypto';
import { type Broker, startBroker } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestMessage,
} from '@waybill/testing/conformance';
import type {
  ConnectionOptions,
  Job,
  JobsOptions,
  Processor,
  Queue,
  QueueOptions,
  WorkerOptions,
} from 'bullmq';
import * as bullmq from 'bullmq';
import { Redis } from 'ioredis';
import { traceProcessor, traceQueue } from '../src/index.ts';

/** What the harness uses of BullMQ, which all releases have. */
export type Bullmq = Pick<typeof bullmq, 'Queue' | 'Worker'>;

/** How queues and workers are made that a Waybill traces. */
export interface Tracing {
  /** Why a scenario cannot be seen, besides what BullMQ cannot do at all. */
  readonly excused: AdapterHarness['excused'];
  queue(client: Bullmq, name: string, options: QueueOptions, waybill: Waybill): Queue;
  worker(
    client: Bullmq,
    name: string,
    processor: Processor,
    options: WorkerOptions,
    waybill: Waybill,
  ): bullmq.Worker;
}

/** They are wrapped. */
const wrapping: Tracing = {
  excused: {},
  queue: (client, name, options, waybill) => traceQueue(new client.Queue(name, options), waybill),
  worker: (client, name, processor, options, waybill) =>
    new client.Worker(name, traceProcessor(processor, waybill), options),
};

/** BullMQ for the conformance suite. */
export const harness: AdapterHarness = bullmqHarness(bullmq, 'bullmq');

/** BullMQ for the conformance suite, in any release. */
export function bullmqHarness(client: Bullmq, name: string, tracing: Tracing = wrapping): AdapterHarness {
  const queues = `conformance-${randomUUID()}`;
  // Jobs for it name a parent that is not there, which BullMQ refuses.
  const refusedQueue = `${queues}-refused`;
  let made = 0;
  let broker: Broker | undefined;
  return {
    broker: name,
    system: 'bullmq',
    send: 'add',
    excused: {
      'a batch is a root that links to every message once': 'BullMQ hands no batch to a handler.',
      ...tracing.excused,
    },
    refusedQueue,

    async start() {
      broker = await startBroker('redis');
    },

    async stop() {
      if (broker === undefined) return;
      await deleteQueues(broker.url, queues);
      await broker.stop();
    },

    async createQueue() {
      made += 1;
      return `${queues}-${made}`;
    },

    async connect(waybill) {
      if (broker === undefined) throw new Error('The harness was not started.');
      return connect(client, tracing, connectionTo(broker.url), waybill, refusedQueue);
    },
  };
}

/** How to reach a Redis. Workers ask for endless retries. */
export function connectionTo(url: string): ConnectionOptions {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

/** Deletes whatever is kept about the queues whose names have this part. */
export async function deleteQueues(url: string, part: string): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: `*${part}*`, count: 1_000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  await redis.quit();
}

interface Request {
  readonly queue: string;
  readonly jobs: readonly { readonly name: string; readonly data: unknown; readonly opts: JobsOptions }[];
}

function connect(
  client: Bullmq,
  tracing: Tracing,
  connection: ConnectionOptions,
  waybill: Waybill | undefined,
  refusedQueue: string,
): AdapterConnection {
  const queues = new Map<string, Queue>();
  const workers: { close(): Promise<void> }[] = [];
  const queueOf = (name: string): Queue => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const options = { connection };
    const queue =
      waybill === undefined ? new client.Queue(name, options) : tracing.queue(client, name, options, waybill);
    queues.set(name, queue);
    return queue;
  };
  return {
    request: (queue, messages): Request => ({
      queue,
      jobs: messages.map((message) => jobOf(message, queue === refusedQueue)),
    }),
    publish(request) {
      const { queue, jobs } = request as Request;
      const [only] = jobs;
      if (jobs.length === 1 && only !== undefined) {
        return queueOf(queue).add(only.name, only.data, only.opts);
      }
      return queueOf(queue).addBulk(jobs as Parameters<Queue['addBulk']>[0]);
    },
    async consume(queue, handler) {
      const processor = async (job: Job): Promise<void> => void (await handler(delivered(job)));
      const options = { connection, concurrency: 50 };
      const worker =
        waybill === undefined
          ? new client.Worker(queue, processor, options)
          : tracing.worker(client, queue, processor, options, waybill);
      worker.on('error', () => undefined);
      workers.push(worker);
      await worker.waitUntilReady();
    },
    async close() {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
      for (const queue of queues.values()) {
        // Version 5 cannot close what it is still connecting.
        await queue.waitUntilReady();
        await queue.close();
      }
    },
  };
}

function jobOf({ body, headers }: TestMessage, isRefused: boolean): Request['jobs'][number] {
  const opts: JobsOptions = { attempts: 5 };
  if (isRefused) opts.parent = { id: 'nobody', queue: 'bull:nowhere' };
  if (headers !== undefined) opts.telemetry = { metadata: JSON.stringify(headers, asText) };
  return { name: 'job', data: { body }, opts };
}

/** JSON has no bytes. */
function asText(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const bytes = this[key];
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : value;
}

function delivered(job: Job): DeliveredMessage {
  const headers: Record<string, unknown> = JSON.parse(job.opts.telemetry?.metadata ?? '{}');
  return {
    body: job.data.body,
    header: (name) => headers[name]?.toString(),
    native: job,
  };
}
