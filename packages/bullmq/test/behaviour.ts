import type { FlowProducer, Job, Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import type { BullmqTestBed } from './bullmq-test-bed.ts';

/** Where a behaviour is watched: a queue of its own, and clients that are all bare or all traced. */
export interface Stage {
  readonly testBed: BullmqTestBed;
  readonly name: string;
  queue(options?: Partial<QueueOptions>): Queue;
  flowProducer(): FlowProducer;

  /** The processor as it is handed to a worker. */
  processor<P extends Processor>(processor: P): P;

  worker(processor: Processor, options?: Partial<WorkerOptions>): Promise<Worker>;
}

/** What an application sees of a client, to be compared between the bare and the traced one. */
export interface Behaviour {
  readonly name: string;
  watch(stage: Stage): Promise<unknown>;
}

/** All of a job that does not change from one run to the next. */
export function shown(job: Job | undefined): unknown {
  if (job === undefined) return undefined;
  const {
    telemetry: _,
    timestamp: __,
    prevMillis: ___,
    delay: ____,
    ...opts
  } = job.opts as Record<string, unknown>;
  return {
    class: job.constructor.name,
    keys: Object.keys(job).sort(),
    id: job.id,
    name: job.name,
    data: job.data,
    opts: { ...opts, jobId: undefined, repeat: undefined },
    priority: job.priority,
    attemptsMade: job.attemptsMade,
    returnvalue: job.returnvalue,
    failedReason: job.failedReason,
    parent: job.parentKey,
  };
}
