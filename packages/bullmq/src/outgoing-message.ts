import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import type { JobsOptions, Queue } from 'bullmq';
import { bullmqAttribute } from './adapter-info.ts';
import { metadataFormat, readMetadata } from './metadata.ts';

/** The queue of a job, and the options in whose place those of the job stand. */
type JobQueue = Pick<Queue, 'name'> & Partial<Pick<Queue, 'defaultJobOptions'>>;

/** A job as a call has it. */
interface AddedJob {
  readonly name: string;
  readonly opts?: JobsOptions | undefined;
}

/** A job that is being added. Its headers are the JSON in its `telemetry.metadata`, as BullMQ's own telemetry writes it. */
export class BullmqOutgoingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: unknown;
  readonly #job: AddedJob;
  readonly #defaults: JobsOptions | undefined;
  readonly #schedulerId: string | undefined;
  #headers: HeaderRecord<unknown> | undefined;

  /**
   * @param native what the caller passed.
   * @param schedulerId the id of the schedule, if the job is the model for its runs.
   * @throws TypeError for what BullMQ will refuse.
   */
  constructor(queue: JobQueue, job: AddedJob, native: unknown, schedulerId?: string) {
    if (!isObjectOrNone(native) || !isObjectOrNone(job.opts)) throw new TypeError('No options of a job.');
    this.destination = queue.name;
    this.queueKey = queue.name;
    this.native = native;
    this.#job = job;
    this.#defaults = queue.defaultJobOptions;
    this.#schedulerId = schedulerId;
  }

  /** Read when they are asked for: the options are the caller's, and their code may throw. */
  get headers(): HeaderRecord<unknown> {
    this.#headers ??= headersOf(this.#telemetry);
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

  detail(attributes: Attributes): void {
    attributes[bullmqAttribute.jobName] = this.#job.name;
    if (this.#schedulerId !== undefined) attributes[bullmqAttribute.jobSchedulerId] = this.#schedulerId;
    const delay = Number(this.#job.opts?.delay ?? this.#defaults?.delay ?? 0);
    if (delay > 0) attributes[attribute.messageDelay] = delay / 1_000;
  }

  get #telemetry(): JobsOptions['telemetry'] {
    const telemetry = this.#job.opts?.telemetry ?? this.#defaults?.telemetry;
    return typeof telemetry === 'object' && telemetry !== null ? telemetry : undefined;
  }
}

/** Another tool's metadata stays, and so does the wish to have none. What is too long for any reader is replaced. */
function headersOf(telemetry: JobsOptions['telemetry']): HeaderRecord<unknown> {
  const { headers, fault } = readMetadata(telemetry?.metadata);
  const isForeign = headers === undefined && fault !== undefined && fault !== 'limit';
  return isForeign || telemetry?.omitContext
    ? new ClosedHeaders(headers, metadataFormat)
    : new HeaderRecord(headers, metadataFormat);
}

class ClosedHeaders extends HeaderRecord<unknown> {
  override set(): HeaderRefusal {
    return 'foreign';
  }
}

function isObjectOrNone(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'object';
}
