import { randomUUID } from 'node:crypto';
import { traceProcessor, traceQueue } from '@waybill/bullmq';
import { createWaybill } from '@waybill/core';
import { type ConnectionOptions, type Job, Queue, Worker } from 'bullmq';
import { Arrivals } from '../arrivals.ts';
import type { OpenLane } from '../lane.ts';

/** A queue of its own, and a worker that handles twenty jobs at a time. */
export const openBullmqLane: OpenLane = async (url, traced) => {
  const { hostname: host, port } = new URL(url);
  const connection: ConnectionOptions = { host, port: Number(port), maxRetriesPerRequest: null };
  const name = `bench-${randomUUID()}`;
  const arrivals = new Arrivals();
  const waybill = createWaybill();
  const bare = async ({ data }: Job<string>): Promise<void> => arrivals.tell(data);
  const processor = traced ? traceProcessor(bare, waybill) : bare;
  const worker = new Worker<string>(name, processor, { connection, concurrency: 20 });
  const queue = traced
    ? traceQueue(new Queue(name, { connection }), waybill)
    : new Queue(name, { connection });
  await worker.waitUntilReady();
  return {
    async trip() {
      const id = randomUUID();
      const handled = arrivals.of(id);
      await queue.add('ship', id, { removeOnComplete: true });
      await handled;
    },
    wake: () => worker.resume(),
    rest: () => worker.pause(),
    async close() {
      await worker.close();
      await queue.close();
    },
  };
};
