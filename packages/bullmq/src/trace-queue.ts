import { type Traceable, traceInner, traceOnce, type Waybill } from '@waybill/core/adapter';
import type { Queue } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { hideSchedulesContext } from './job-scheduler.ts';
import { bypassOwnTelemetry } from './own-telemetry.ts';
import { traceAdding } from './publish.ts';

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
    traceAdding(client, instrumenter, async () => {
      if (client.opts?.telemetry === undefined) return;
      // BullMQ makes the scheduler of a queue when it is first needed.
      const scheduler = await client.jobScheduler;
      traceInner(scheduler, waybill, adapterInfo, () => bypassOwnTelemetry(scheduler, instrumenter));
    });
    hideSchedulesContext(client, instrumenter);
  });
}

const traceable: Traceable = {
  by: 'traceQueue',
  wanted: 'a queue of BullMQ',
  from: 'new Queue()',
  methods: ['add', 'addBulk'],
};
