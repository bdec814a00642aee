import type { Attributes } from '@opentelemetry/api';
import { attribute, BaseMessage, copyWith, type OutgoingMessage } from '@waybill/core/adapter';
import type { JobsOptions, Queue } from 'bullmq';
import { bullmqAttribute } from './adapter-info.ts';
import { MetadataHeaders } from './metadata.ts';

/** The queue of a job, and the options in whose place those of the job stand. */
type JobQueue = Pick<Queue, 'name'> & Partial<Pick<Queue, 'defaultJobOptions'>>;

/** A job as a call has it. Its name may not be known. */
interface AddedJob {
  readonly name: string | undefined;
  readonly opts?: JobsOptions | undefined;
}

/** A job that is being added. Its headers are the JSON in its `telemetry.metadata`, as BullMQ's own telemetry writes it. */
export class BullmqOutgoingMessage<N> extends BaseMessage<N> implements OutgoingMessage {
  readonly #job: AddedJob;
  readonly #defaults: JobsOptions | undefined;
  readonly #schedulerId: string | undefined;
  #headers: MetadataHeaders | undefined;

  /**
   * @param native what the caller passed.
   * @param schedulerId the id of the schedule, if the job is the model for its runs.
   * @throws TypeError for what BullMQ will refuse.
   */
  constructor(queue: JobQueue, job: AddedJob, native: N, schedulerId?: string) {
    if (!isObjectOrNone(native) || !isObjectOrNone(job.opts)) throw new TypeError('No options of a job.');
    super(native, queue.name);
    this.#job = job;
    this.#defaults = queue.defaultJobOptions;
    this.#schedulerId = schedulerId;
  }

  /** Read when they are asked for: the options are the caller's, and their code may throw. */
  get headers(): MetadataHeaders {
    this.#headers ??= new MetadataHeaders(this.#telemetry);
    return this.#headers;
  }

  /** The job's options with what was written; the caller's own if nothing was. */
  get opts(): JobsOptions | undefined {
    const { opts } = this.#job;
    const written = this.#headers?.written;
    if (written === undefined) return opts;
    const metadata = JSON.stringify(written);
    return copyWith<JobsOptions>(opts ?? {}, { telemetry: copyWith(this.#telemetry ?? {}, { metadata }) });
  }

  /** What the caller passed, with these options in it. */
  get copy(): N {
    const { opts } = this;
    if (opts === this.#job.opts) return this.native;
    return copyWith<{ opts?: JobsOptions | undefined }>(this.native ?? {}, { opts }) as N;
  }

  detail(attributes: Attributes): void {
    if (this.#job.name !== undefined) attributes[bullmqAttribute.jobName] = this.#job.name;
    if (this.#schedulerId !== undefined) attributes[bullmqAttribute.jobSchedulerId] = this.#schedulerId;
    const delay = Number(this.#job.opts?.delay ?? this.#defaults?.delay ?? 0);
    if (delay > 0) attributes[attribute.messageDelay] = delay / 1_000;
  }

  get #telemetry(): JobsOptions['telemetry'] {
    const telemetry = this.#job.opts?.telemetry ?? this.#defaults?.telemetry;
    return typeof telemetry === 'object' && telemetry !== null ? telemetry : undefined;
  }
}

function isObjectOrNone(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'object';
}
