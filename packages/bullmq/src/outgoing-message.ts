import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  copyWith,
  HeaderRecord,
  type HeaderRefusal,
  type HeaderValue,
  type OutgoingMessage,
} from '@waybill/core/adapter';
import type { JobsOptions } from 'bullmq';
import { headerValue, type JobTelemetry, type Metadata, readMetadata } from './metadata.ts';

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
  #metadata: Metadata | undefined;
  #headers: HeaderRecord<unknown> | undefined;
  #written = false;

  constructor(job: AddedJob) {
    this.destination = job.queueName;
    this.queueKey = job.queueName;
    this.dependent = job.dependent;
    this.#job = job;
  }

  get native(): unknown {
    return this.#job.native;
  }

  /** The job's options with what was written; the caller's own if nothing was. */
  get opts(): JobsOptions | undefined {
    const { opts } = this.#job;
    if (!this.#written) return opts;
    const metadata = JSON.stringify(this.#carrier.current);
    return copyWith<JobsOptions>(opts ?? {}, {
      telemetry: copyWith<JobTelemetry>(this.#telemetry ?? {}, { metadata }) as { readonly metadata: string },
    });
  }

  header(name: string): HeaderValue {
    return headerValue(this.#carrier.get(name));
  }

  headerNames(): string[] {
    return this.#carrier.names();
  }

  /** Another tool's metadata stays, and so does the wish to have none. What is too long for any reader is replaced. */
  setHeader(name: string, value: string): HeaderRefusal | undefined {
    const { headers, fault } = this.#read;
    const isForeign = headers === undefined && fault !== undefined && fault !== 'limit';
    if (isForeign || this.#telemetry?.omitContext) return 'foreign';
    this.#carrier.set(name, value);
    this.#written = true;
    return undefined;
  }

  deleteHeader(name: string): void {
    this.#carrier.delete(name);
    this.#written = true;
  }

  describe(attributes: Attributes): void {
    attributes[attribute.bullmqJobName] = this.#job.name;
  }

  detail(attributes: Attributes): void {
    const { opts, defaults, schedulerId } = this.#job;
    if (schedulerId !== undefined) attributes[attribute.bullmqJobSchedulerId] = schedulerId;
    const delay = Number(opts?.delay ?? defaults?.delay ?? 0);
    if (delay > 0) attributes[attribute.messageDelay] = delay / 1_000;
  }

  get #telemetry(): JobTelemetry | undefined {
    const { opts, defaults } = this.#job;
    const telemetry: unknown = opts?.telemetry ?? defaults?.telemetry;
    return typeof telemetry === 'object' && telemetry !== null ? telemetry : undefined;
  }

  get #carrier(): HeaderRecord<unknown> {
    this.#headers ??= new HeaderRecord(this.#read.headers);
    return this.#headers;
  }

  get #read(): Metadata {
    this.#metadata ??= readMetadata(this.#telemetry?.metadata);
    return this.#metadata;
  }
}
