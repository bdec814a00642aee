import {
  type Instrumenter,
  overridePublish,
  type PublishOutcome,
  type Traceable,
  traceInner,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import type { Job, Queue } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { hideSchedulesContext } from './job-scheduler.ts';
import { BullmqOutgoingMessage } from './outgoing-message.ts';
import { bypassOwnTelemetry } from './own-telemetry.ts';

/** What is used of a `Queue`, with any type of jobs, so that a class around one can be traced, too. */
export interface TraceableQueue {
  readonly name: string;
  add(...parameters: unknown[]): Promise<unknown>;
  addBulk(...parameters: unknown[]): Promise<unknown>;
}

/**
 * Traces a queue: every job that it adds, one by one, in bulk or by a schedule, carries the trace context and the baggage that
 * are active at the call. The options that are passed in are not changed.
 *
 * @returns the same queue.
 *
 * @example
 * const queue = traceQueue(new Queue('orders', { connection }), waybill);
 * await queue.add('ship', { order: 1 });
 */
export function traceQueue<Q extends TraceableQueue>(queue: Q, waybill: Waybill): Q {
  return traceOnce(queue, waybill, adapterInfo, traceable, (instrumenter) => {
    const client = queue as unknown as Queue;
    bypassOwnTelemetry(client, instrumenter);
    traceAdding(client, instrumenter, waybill);
    hideSchedulesContext(client, instrumenter);
  });
}

const traceable: Traceable = {
  by: 'traceQueue',
  wanted: 'a queue of BullMQ',
  from: 'new Queue()',
  methods: ['add', 'addBulk'],
};

/**
 * Traces `add`; `addBulk`, with a span for the call and one for every job; and `upsertJobScheduler`, whose runs each get the context of
 * the call. Older releases have no schedules.
 */
function traceAdding(queue: Queue, instrumenter: Instrumenter, waybill: Waybill): void {
  overridePublish(queue, 'add', instrumenter, (bare, name, data, opts, ...rest) => {
    const message = new BullmqOutgoingMessage(queue, { name, opts }, opts);
    const invoke = (): Promise<Job> => bare.call(queue, name, data, message.opts, ...rest);
    return { messages: [message], batch: false, completes: 'promise', invoke, outcome: tellId };
  });

  overridePublish(queue, 'addBulk', instrumenter, (bare, jobs, ...rest) => {
    const messages = jobs.map((job) => new BullmqOutgoingMessage(queue, job, job));
    const copies = (): typeof jobs => messages.map(({ copy }) => copy);
    const invoke = (): Promise<Job[]> => bare.call(queue, copies(), ...rest);
    return { messages, batch: true, completes: 'promise', invoke, outcome: tellIds };
  });

  if (typeof queue.upsertJobScheduler !== 'function') return;
  overridePublish(queue, 'upsertJobScheduler', instrumenter, (bare, id, repeat, template, ...rest) => {
    const { name = id, opts } = template ?? {};
    const message = new BullmqOutgoingMessage(queue, { name, opts }, template, id);
    const invoke = async (): Promise<Job> => {
      if (queue.opts?.telemetry !== undefined) {
        // BullMQ makes the scheduler of a queue when it is first needed.
        const scheduler = await queue.jobScheduler;
        traceInner(scheduler, waybill, adapterInfo, () => bypassOwnTelemetry(scheduler, instrumenter));
      }
      return bare.call(queue, id, repeat, message.copy, ...rest);
    };
    return { messages: [message], batch: false, completes: 'promise', invoke, outcome: tellId };
  });
}

function tellId(job: Job | undefined, each: PublishOutcome): void {
  each(0, job?.id);
}

function tellIds(jobs: readonly Job[], each: PublishOutcome): void {
  for (const [index, job] of jobs.entries()) each(index, job.id);
}
