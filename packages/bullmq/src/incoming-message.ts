import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  type CarrierFault,
  type FlowPlace,
  HeaderRecord,
  type HeaderValue,
  type IncomingMessage,
} from '@waybill/core/adapter';
import { headerValue, type JobTelemetry, type Metadata, readMetadata } from './metadata.ts';

/** What is read of a job: of one in a worker, or of what a sandbox gets of it. */
export interface ProcessedJob {
  readonly id?: string | undefined;
  readonly name: string;
  readonly queueName: string;
  readonly timestamp: number;
  readonly attemptsMade: number;
  readonly attemptsStarted?: number;
  readonly stalledCounter?: number;
  readonly repeatJobKey?: string | undefined;
  readonly parentKey?: string | undefined;
  readonly prefix?: string;
  readonly queueQualifiedName?: string;
  readonly discarded?: boolean;
  readonly opts: {
    readonly attempts?: number | undefined;
    readonly delay?: number | undefined;
    readonly telemetry?: JobTelemetry | undefined;

    /** The metadata, by the name that BullMQ 5 gives it in a sandbox. */
    readonly tm?: unknown;
  };
}

/** A job that a worker took, or that was fetched by hand. */
export class BullmqIncomingMessage implements IncomingMessage {
  readonly native: ProcessedJob;
  readonly destination: string;
  readonly subject: string;
  readonly sentAtSource = 'job.timestamp';
  readonly receipt = undefined;
  readonly orderingKey = undefined;
  #metadata: Metadata | undefined;
  #headers: HeaderRecord<unknown> | undefined;

  constructor(job: ProcessedJob) {
    this.native = job;
    this.destination = job.queueName;
    this.subject = job.queueName;
  }

  get id(): string | undefined {
    return this.native.id;
  }

  get sentAt(): number {
    return this.native.timestamp;
  }

  /** The delay that the job was added with: `job.delay` is 0 by now, or the time of a backoff. */
  get delay(): number | undefined {
    return this.native.opts.delay;
  }

  /** Older releases do not count the starts in a sandbox. */
  get attempt(): number {
    return this.native.attemptsStarted || this.native.attemptsMade + 1;
  }

  get recurring(): boolean {
    return this.native.repeatJobKey !== undefined;
  }

  /** Ids and schedules have the same names under every prefix. */
  get identity(): string {
    return this.#keyOf(this.native.id);
  }

  get schedule(): string | undefined {
    const { repeatJobKey } = this.native;
    return repeatJobKey === undefined ? undefined : this.#keyOf(repeatJobKey);
  }

  get flow(): FlowPlace {
    return { key: this.identity, dependent: this.native.parentKey };
  }

  /** AppSignal spreads headers over the options of a job. */
  get carrierFault(): CarrierFault | undefined {
    const { opts } = this.native;
    const { fault } = this.#read;
    if (fault !== undefined) return { place: 'telemetry.metadata', reason: fault };
    return metadataOf(opts) === undefined && 'traceparent' in opts
      ? { place: 'opts', reason: 'foreign' }
      : undefined;
  }

  header(name: string): HeaderValue {
    this.#headers ??= new HeaderRecord(this.#read.headers);
    return headerValue(this.#headers.get(name));
  }

  headerNames(): string[] {
    return Object.keys(this.#read.headers ?? {});
  }

  describe(attributes: Attributes): void {
    attributes[attribute.bullmqJobName] = this.native.name;
  }

  detail(attributes: Attributes): void {
    const { attemptsMade, stalledCounter = 0, repeatJobKey } = this.native;
    attributes[attribute.bullmqJobAttemptsMade] = attemptsMade;
    if (stalledCounter > 0) attributes[attribute.bullmqJobStalledCount] = stalledCounter;
    if (repeatJobKey !== undefined) attributes[attribute.bullmqJobSchedulerId] = repeatJobKey;
  }

  get #read(): Metadata {
    this.#metadata ??= readMetadata(metadataOf(this.native.opts));
    return this.#metadata;
  }

  /** A key as BullMQ writes those of parents. A sandbox of older releases knows the parts of it. */
  #keyOf(name: string | undefined): string {
    const { queueQualifiedName, prefix, queueName } = this.native;
    return `${queueQualifiedName ?? `${prefix}:${queueName}`}:${name}`;
  }
}

function metadataOf({ telemetry, tm }: ProcessedJob['opts']): unknown {
  return telemetry?.metadata ?? tm;
}
