import { type Traceable, traceOnce, type Waybill } from '@waybill/core/adapter';
import type { Queue } from 'bullmq';
import { bypassOwnTelemetry } from './own-telemetry.ts';
import { profile } from './profile.ts';
import { type QueueClient, traceAdd, traceAddBulk, traceUpsertJobScheduler } from './publish.ts';

/** What is traced of a `Queue`, with any type of jobs. */
export type TraceableQueue = Pick<Queue, 'name' | 'add' | 'addBulk' | 'upsertJobScheduler'>;

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
  return traceOnce(queue, waybill, profile, traceable, (port) => {
    const client = queue as unknown as QueueClient;
    bypassOwnTelemetry(client);
    traceAdd(client, port);
    traceAddBulk(client, port);
    traceUpsertJobScheduler(client, port);
  });
}

const traceable: Traceable = {
  by: 'traceQueue',
  wanted: 'a queue of BullMQ',
  from: 'new Queue()',
  methods: ['add', 'addBulk'],
};
