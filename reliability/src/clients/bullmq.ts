import { traceProcessor, traceQueue } from '@waybill/bullmq';
import { type ConnectionOptions, type Job, Queue, Worker } from 'bullmq';
import type { Client } from '../client.ts';

const concurrency = 20;

/** BullMQ, one worker with short locks. */
export const client: Client = {
  name: 'bullmq',
  broker: 'redis',
  packages: ['bullmq', 'ioredis'],
  ordered: true,
  unsettled: concurrency,
  struckErrors: /ECONN|EPIPE|Missing (key|lock) for job|Connection is closed/,

  async createQueue(url, name) {
    const queue = new Queue(name, { connection: connectionTo(url) });
    await queue.waitUntilReady();
    await queue.close();
  },

  async deleteQueue(url, name) {
    const queue = new Queue(name, { connection: connectionTo(url) });
    await queue.waitUntilReady();
    await queue.obliterate({ force: true });
    await queue.close();
  },

  async produce({ url, queue: name, waybill, onError }) {
    const bare = new Queue<number>(name, { connection: connectionTo(url) });
    const queue = waybill === undefined ? bare : traceQueue(bare, waybill);
    queue.on('error', onError);
    await queue.waitUntilReady();
    const options = { attempts: 20, removeOnComplete: true };
    return {
      send: (message) => queue.add('message', message, options),
      refuse: (message) =>
        queue.add('message', message, { ...options, parent: { id: 'missing', queue: 'bull:nowhere' } }),
      close: () => queue.close(),
    };
  },

  async consume({ url, queue, waybill, onError }, handle) {
    const bare = ({ data }: Job<number>): Promise<void> => handle(data);
    const worker = new Worker<number>(queue, waybill === undefined ? bare : traceProcessor(bare, waybill), {
      connection: connectionTo(url),
      concurrency,
      lockDuration: 2_000,
      stalledInterval: 1_000,
      maxStalledCount: 20,
    });
    worker.on('error', onError);
    await worker.waitUntilReady();
    return worker;
  },

  numberOf: (native) => (native as Job<number>).data,
};

function connectionTo(url: string): ConnectionOptions {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port), maxRetriesPerRequest: null };
}
