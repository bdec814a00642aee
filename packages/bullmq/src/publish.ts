import { copyWith, type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { Job, JobsOptions } from 'bullmq';
import { areOptions } from './are-options.ts';
import { BullmqOutgoingMessage } from './outgoing-message.ts';
import { bypassSchedulerTelemetry } from './own-telemetry.ts';

/** A `Queue` as this adapter calls it. */
export interface QueueClient {
  readonly name: string;
  readonly opts?: { readonly telemetry?: unknown };
  readonly defaultJobOptions?: JobsOptions;
  readonly jobScheduler?: Promise<object>;
  add(name: string, data: unknown, opts?: JobsOptions, ...rest: unknown[]): Promise<Job>;
  addBulk(jobs: readonly BulkJob[], ...rest: unknown[]): Promise<Job[]>;
  upsertJobScheduler(
    id: string,
    repeat: object,
    template?: JobTemplate,
    ...rest: unknown[]
  ): Promise<Job | undefined>;
}

interface BulkJob {
  readonly name: string;
  readonly opts?: JobsOptions | undefined;
}

interface JobTemplate {
  readonly name?: string;
  readonly opts?: JobsOptions | undefined;
}

/** Traces `add`. Input that BullMQ will refuse is left for it to refuse. */
export function traceAdd(queue: QueueClient, instrumenter: Instrumenter): void {
  overrideMethod(queue, 'add', (original, bare) => (name, data, opts, ...rest) => {
    if (instrumenter.isIdle || !areOptions(opts)) return original.call(queue, name, data, opts, ...rest);
    const { name: queueName, defaultJobOptions: defaults } = queue;
    const message = new BullmqOutgoingMessage({ queueName, name, opts, defaults, native: opts });
    return instrumenter.publish({
      messages: [message],
      batch: false,
      completes: 'promise',
      invoke: () => bare.call(queue, name, data, message.opts, ...rest),
      outcome: (job, each) => each(0, job?.id),
    });
  });
}

/** Traces `addBulk`: a span for the call, and one for every job. */
export function traceAddBulk(queue: QueueClient, instrumenter: Instrumenter): void {
  overrideMethod(queue, 'addBulk', (original, bare) => (jobs, ...rest) => {
    if (instrumenter.isIdle || !isBulk(jobs)) return original.call(queue, jobs, ...rest);
    const { name: queueName, defaultJobOptions: defaults } = queue;
    const messages = jobs.map(
      (job) =>
        new BullmqOutgoingMessage({ queueName, name: job.name, opts: job.opts, defaults, native: job }),
    );
    const copy = (job: BulkJob, index: number): BulkJob => copyWith(job, { opts: messages[index]?.opts });
    return instrumenter.publish({
      messages,
      batch: true,
      completes: 'promise',
      invoke: () => bare.call(queue, jobs.map(copy), ...rest),
      outcome: (added, each) => {
        for (const [index, job] of added.entries()) each(index, job.id);
      },
    });
  });
}

/** Traces `upsertJobScheduler`: every run gets the context of the call that made the schedule. */
export function traceUpsertJobScheduler(queue: QueueClient, instrumenter: Instrumenter): void {
  if (typeof queue.upsertJobScheduler !== 'function') return;
  overrideMethod(queue, 'upsertJobScheduler', (original, bare) => (id, repeat, template, ...rest) => {
    if (instrumenter.isIdle || !areOptions(template) || !areOptions(template?.opts)) {
      return original.call(queue, id, repeat, template, ...rest);
    }
    const { name: queueName, defaultJobOptions: defaults } = queue;
    const { name = id, opts } = template ?? {};
    const message = new BullmqOutgoingMessage({
      queueName,
      name,
      opts,
      defaults,
      schedulerId: id,
      native: template,
    });
    return instrumenter.publish({
      messages: [message],
      batch: false,
      completes: 'promise',
      async invoke() {
        await bypassSchedulerTelemetry(queue, instrumenter);
        return bare.call(queue, id, repeat, withOptions(template, message.opts), ...rest);
      },
      outcome: (job, each) => each(0, job?.id),
    });
  });
}

function withOptions(
  template: JobTemplate | undefined,
  opts: JobsOptions | undefined,
): JobTemplate | undefined {
  return opts === template?.opts ? template : copyWith<JobTemplate>(template ?? {}, { opts });
}

function isBulk(jobs: unknown): jobs is readonly BulkJob[] {
  return Array.isArray(jobs) && jobs.every((job) => isObject(job) && areOptions(job.opts));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
