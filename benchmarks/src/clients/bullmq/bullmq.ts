import { randomUUID } from 'node:crypto';
import { type ConnectionOptions, Job, Queue, type Telemetry, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { Arrivals } from '../arrivals.ts';
import type { Client, Tracing } from '../client.ts';
import { BackendStandIn } from './backend-stand-in.ts';
import { handWrittenAdd, handWrittenProcessor } from './hand-written.ts';

/** BullMQ: `add`, and a processor. */
export const bullmq: Client = {
  name: 'bullmq',
  module: 'bullmq',
  broker: 'redis',

  async openStandIn(tracing, { queues: count = 1 }) {
    const { options, addOf, trace } = tracingParts(tracing);
    const backend = new BackendStandIn();
    const settings = { connection: {}, autorun: false, ...options };
    const processor = trace<object>(async () => undefined);
    const queues = Array.from({ length: count }, (_, index) => {
      const name = index === 0 ? 'orders' : `orders-${index}`;
      const worker = new Worker<object>(name, processor, settings, backend.factory);
      return { add: addOf(new Queue(name, settings, backend.factory)), worker };
    });
    let turn = 0;
    return async () => {
      const queue = queues[turn++ % count];
      if (queue === undefined) return;
      await queue.add('ship', { order: 1 });
      const taken = backend.take();
      if (taken === undefined) return;
      await queue.worker.processJob(Job.fromJSON(queue.worker, taken), 'token', () => false);
    };
  },

  async openOnBroker(url, tracing) {
    const { options, addOf, trace } = tracingParts(tracing);
    const { hostname: host, port } = new URL(url);
    const connection: ConnectionOptions = { host, port: Number(port), maxRetriesPerRequest: null };
    const name = `bench-${randomUUID()}`;
    const arrivals = new Arrivals();
    const processor = trace<string>(async ({ data }) => arrivals.tell(data));
    const worker = new Worker<string>(name, processor, { connection, concurrency: 20, ...options });
    const queue = new Queue(name, { connection, ...options });
    const add = addOf(queue);
    await worker.waitUntilReady();
    return {
      async publishAndProcess() {
        const id = randomUUID();
        const processed = arrivals.of(id);
        await add('ship', id, { removeOnComplete: true });
        await processed;
      },
      resume: () => worker.resume(),
      pause: () => worker.pause(),
      async close() {
        await worker.close();
        await queue.close();
      },
    };
  },
};

interface TracingParts {
  readonly options?: { readonly telemetry: Telemetry };
  readonly addOf: (queue: Queue) => Queue['add'];
  readonly trace: <Data>(processor: (job: Job<Data>) => Promise<void>) => (job: Job<Data>) => Promise<void>;
}

function tracingParts(tracing: Tracing): TracingParts {
  const bare: TracingParts = {
    addOf:
      (queue) =>
      (...job) =>
        queue.add(...job),
    trace: (processor) => processor,
  };
  if (tracing.by === 'hand-written') {
    const { spans } = tracing;
    return {
      addOf: (queue) => handWrittenAdd(queue, spans),
      trace: (processor) => handWrittenProcessor(processor, spans),
    };
  }
  if (tracing.by === 'waybill') {
    const { waybill, packages } = tracing;
    return {
      addOf: (queue) => bare.addOf(packages.bullmq.traceQueue(queue, waybill)),
      trace: (processor) => packages.bullmq.traceProcessor(processor, waybill),
    };
  }
  if (tracing.by === 'bare') return bare;
  return { ...bare, options: { telemetry: new BullMQOtel({ tracerName: 'bullmq-otel' }) } };
}
