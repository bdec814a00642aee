import { copyWith, type Instrumenter, overridePublish, type PublishOutcome } from '@waybill/core/adapter';
import type { Job, Queue } from 'bullmq';
import { BullmqOutgoingMessage } from './outgoing-message.ts';

/** A `Queue` as far as it adds jobs. Older releases have no schedules. */
export type QueueClient = Pick<
  Queue,
  'name' | 'defaultJobOptions' | 'add' | 'addBulk' | 'upsertJobScheduler'
>;

/**
 * Traces what adds jobs to a queue: `add`; `addBulk`, with a span for the call and one for every job; and `upsertJobScheduler`, whose runs
 * each get the context of the call.
 *
 * @param prepareScheduler is awaited before a schedule is made.
 */
export function traceAdding(
  queue: QueueClient,
  instrumenter: Instrumenter,
  prepareScheduler: () => Promise<void>,
): void {
  overridePublish(queue, 'add', instrumenter, (bare, name, data, opts, ...rest) => {
    const message = new BullmqOutgoingMessage(queue, { name, opts }, opts);
    const invoke = (): Promise<Job> => bare.call(queue, name, data, message.opts, ...rest);
    return { messages: [message], batch: false, completes: 'promise', invoke, outcome: tellId };
  });

  overridePublish(queue, 'addBulk', instrumenter, (bare, jobs, ...rest) => {
    const messages = jobs.map((job) => new BullmqOutgoingMessage(queue, job, job));
    const invoke = (): Promise<Job[]> => {
      const copies = jobs.map((job, index) => copyWith(job, { opts: messages[index]?.opts }));
      return bare.call(queue, copies, ...rest);
    };
    return { messages, batch: true, completes: 'promise', invoke, outcome: tellIds };
  });

  if (typeof queue.upsertJobScheduler !== 'function') return;
  overridePublish(queue, 'upsertJobScheduler', instrumenter, (bare, id, repeat, template, ...rest) => {
    const { name = id, opts } = template ?? {};
    const message = new BullmqOutgoingMessage(queue, { name, opts }, template, id);
    const invoke = async (): Promise<Job> => {
      await prepareScheduler();
      const copy = message.opts === opts ? template : copyWith(template ?? {}, { opts: message.opts });
      return bare.call(queue, id, repeat, copy, ...rest);
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
