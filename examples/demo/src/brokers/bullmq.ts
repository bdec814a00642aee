import { startBroker } from '@waybill/brokers';
import { traceProcessor, traceQueue } from '@waybill/bullmq';
import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import type { StartBroker } from '../demo-broker.ts';

/** The demo on BullMQ: queues and workers as an application uses them. Waybill is in two of its lines. */
export const startBullmq: StartBroker = async (waybill, names) => {
  const server = await startBroker('redis');
  const { hostname: host, port } = new URL(server.url);
  const connection: ConnectionOptions = { host, port: Number(port), maxRetriesPerRequest: null };
  const queues = new Map(names.map((name) => [name, traceQueue(new Queue(name, { connection }), waybill)]));

  return {
    title: 'BullMQ, with Redis in a container',
    async send(queue, body) {
      await queues.get(queue)?.add('message', body);
    },
    async startWorker(queue, handle) {
      const processor = traceProcessor(({ data }: { readonly data: string }) => handle(data), waybill);
      const worker = new Worker<string>(queue, processor, { connection });
      await worker.waitUntilReady();
      return { stop: () => worker.close() };
    },
    async stop() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await server.stop();
    },
  };
};
