import { traceProcessor, traceQueue } from '@waybill/bullmq';
import { Job, Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import type { Step } from '../../measure/slices.ts';
import type { Contenders, Traffic } from '../contenders.ts';
import { floorOf } from '../floor-of.ts';
import { TRACE_ID } from '../sender.ts';
import { waybillOf } from '../waybill-of.ts';
import { processAttributes, sendAttributes } from './attributes.ts';
import { handWrittenAdd, handWrittenProcessor } from './hand-written.ts';
import { JobStore } from './job-store.ts';

/** BullMQ: `add`, and a processor. */
export const bullmq: Contenders = {
  name: 'bullmq',
  sends: 'add',

  async bare(traffic) {
    return start(traffic);
  },

  async floor() {
    return floorOf(
      'add orders',
      () => ({ ...sendAttributes(), 'messaging.message.id': '1' }),
      () => processAttributes('1', 1, 0, TRACE_ID, 0.001),
    );
  },

  async handWritten(traffic) {
    return start(traffic, { addOf: handWrittenAdd, processor: handWrittenProcessor(processor) });
  },

  async contrib(traffic) {
    return start(traffic, { telemetry: new BullMQOtel({ tracerName: 'bullmq-otel' }) });
  },

  async waybill(traffic, setup) {
    const waybill = waybillOf(setup);
    return start(traffic, {
      addOf: (queue) => {
        traceQueue(queue, waybill);
        return (...job) => queue.add(...job);
      },
      processor: traceProcessor(processor, waybill),
    });
  },
};

const processor = async (): Promise<void> => undefined;

interface Tracing {
  readonly addOf?: (queue: Queue) => Queue['add'];
  readonly processor?: (job: Job) => Promise<void>;
  readonly telemetry?: BullMQOtel;
}

async function start({ queues = 1 }: Traffic, tracing: Tracing = {}): Promise<Step> {
  const {
    addOf = (queue) =>
      (...job) =>
        queue.add(...job),
    telemetry,
  } = tracing;
  const store = new JobStore();
  const options = { connection: {}, autorun: false, ...(telemetry && { telemetry }) };
  const lines = Array.from({ length: queues }, (_, index) => {
    const name = index === 0 ? 'orders' : `orders-${index}`;
    const worker = new Worker(name, tracing.processor ?? processor, options, store.factory);
    return { add: addOf(new Queue(name, options, store.factory)), worker };
  });
  let turn = 0;
  return async () => {
    const line = lines[turn++ % lines.length];
    if (line === undefined) return;
    await line.add('ship', { order: 1 });
    const taken = store.take();
    if (taken !== undefined)
      await line.worker.processJob(Job.fromJSON(line.worker, taken), 'token', () => false);
  };
}
