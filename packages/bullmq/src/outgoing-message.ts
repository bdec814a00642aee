import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import type { JobsOptions } from 'bullmq';
import { bullmqAttribute } from './adapter-info.ts';
import { type JobTelemetry, type Metadata, metadataFormat, readMetadata } from './metadata.ts';

/** What a call says of one job. */
export interface AddedJob {
  /** The queue it is added to. */
  readonly queueName: string;

  readonly name: string;

  /** The options that the caller gave it. */
  readonly opts: JobsOptions | undefined;

  /** The options of the queue, in whose place the caller's stand. */
  readonly defaults?: JobsOptions | undefined;

  /** The id of the schedule, if the job is the model for its runs. */
  readonly schedulerId?: string;

  /** Which job of the call waits for this one. */
  readonly dependent?: number | undefined;

  /** What the caller passed. */
  readonly native: unknown;
}

/** A job that is being added. Its headers are the JSON in its `telemetry.metadata`, as BullMQ's own telemetry writes it. */
export class BullmqOutgoingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly dependent: number | undefined;
  readonly #job: AddedJob;
  #headers: JobHeaders | undefined;

  constructor(job: AddedJob) {
    this.destination = job.queueName;
    this.queueKey = job.queueName;
    this.dependent = job.dependent;
    this.#job = job;
  }

  get native(): unknown {
    return this.#job.native;
  }

  /** Read when they are asked for: the options are the caller's, and their code may throw. */
  get headers(): JobHeaders {
    if (this.#headers === undefined) {
      const telemetry = telemetryOf(this.#job);
      this.#headers = new JobHeaders(readMetadata(telemetry?.metadata), telemetry?.omitContext);
    }
    return this.#headers;
  }

  /** The job's options with what was written; the caller's own if nothing was. */
  get opts(): JobsOptions | undefined {
    const { opts } = this.#job;
    if (!this.#headers?.isWritten) return opts;
    const metadata = JSON.stringify(this.#headers.current);
    return copyWith<JobsOptions>(opts ?? {}, {
      telemetry: copyWith<JobTelemetry>(telemetryOf(this.#job) ?? {}, { metadata }) as {
        readonly metadata: string;
      },
    });
  }

  describe(attributes: Attributes): void {
    attributes[bullmqAttribute.jobName] = this.#job.name;
  }

  detail(attributes: Attributes): void {
    const { opts, defaults, schedulerId } = this.#job;
    if (schedulerId !== undefined) attributes[bullmqAttribute.jobSchedulerId] = schedulerId;
    const delay = Number(opts?.delay ?? defaults?.delay ?? 0);
    if (delay > 0) attributes[attribute.messageDelay] = delay / 1_000;
  }
}

/** The headers in the metadata of a job. */
class JobHeaders extends HeaderRecord<unknown> {
  readonly #takesHeaders: boolean;

  /** Whether there is anything to write into the job. */
  isWritten = false;

  /** @param omitContext whether the caller wants no metadata. */
  constructor({ headers, fault }: Metadata, omitContext: boolean | undefined) {
    super(headers, metadataFormat);
    const isForeign = headers === undefined && fault !== undefined && fault !== 'limit';
    this.#takesHeaders = !isForeign && !omitContext;
  }

  /** Another tool's metadata stays, and so does the wish to have none. What is too long for any reader is replaced. */
  override set(name: string, text: string): HeaderRefusal | undefined {
    if (!this.#takesHeaders) return 'foreign';
    this.isWritten = true;
    return super.set(name, text);
  }

  override delete(name: string): void {
    super.delete(name);
    this.isWritten = true;
  }
}

function telemetryOf({ opts, defaults }: AddedJob): JobTelemetry | undefined {
  const telemetry: unknown = opts?.telemetry ?? defaults?.telemetry;
  return typeof telemetry === 'object' && telemetry !== null ? telemetry : undefined;
}
