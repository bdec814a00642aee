import type { Attributes } from '@opentelemetry/api';
import {
  type CarrierFault,
  type FlowPlace,
  HeaderReader,
  type IncomingMessage,
  type ReadableHeaders,
  waybillIdentity,
} from '@waybill/core/adapter';
import { bullmqAttribute } from './adapter-info.ts';
import { type JobTelemetry, type Metadata, metadataFormat, readMetadata } from './metadata.ts';

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
  readonly queueKey: string;
  readonly sentAtSource = 'job.timestamp';
  #metadata: Metadata | undefined;
  #headers: ReadableHeaders | undefined;
  #trusted = true;

  constructor(job: ProcessedJob) {
    this.native = job;
    this.destination = job.queueName;
    this.queueKey = job.queueName;
  }

  get id(): string | undefined {
    return this.native.id;
  }

  get sentAt(): number | undefined {
    return this.#trusted ? this.native.timestamp : undefined;
  }

  /** The delay that the job was added with: `job.delay` is 0 by now, or the time of a backoff. */
  get delay(): number | undefined {
    return this.#trusted ? this.native.opts.delay : undefined;
  }

  /** Older releases do not count the starts in a sandbox. */
  get attempt(): number {
    return this.native.attemptsStarted || this.native.attemptsMade + 1;
  }

  get recurring(): boolean {
    return this.#trusted && this.native.repeatJobKey !== undefined;
  }

  /** Another database may have a job of the same key, which was added at another time and by another span. */
  get identity(): string {
    return `${this.#keyOf(this.native.id)} ${this.native.timestamp} ${this.#creation ?? ''}`;
  }

  /** Another database may have a schedule of the same key. Where the span that made it is not known, nothing tells them apart. */
  get schedule(): string | undefined {
    const { repeatJobKey } = this.native;
    const creation = this.#trusted && repeatJobKey !== undefined ? this.#creation : undefined;
    return creation && `${this.#keyOf(repeatJobKey)} ${creation}`;
  }

  /** The jobs of a flow belong to one journey, also those that a processor adds to it. */
  get flow(): FlowPlace | undefined {
    const journey = this.#trusted ? this.#journey : undefined;
    if (journey === undefined) return undefined;
    const { id, parentKey } = this.native;
    return { key: `${this.#keyOf(id)} ${journey}`, dependent: parentKey && `${parentKey} ${journey}` };
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

  get headers(): ReadableHeaders {
    this.#headers ??= new HeaderReader(this.#read.headers, metadataFormat);
    return this.#headers;
  }

  /** BullMQ writes the id and the counts of a job. All else is its sender's. */
  distrust(): void {
    this.#trusted = false;
  }

  describe(attributes: Attributes): void {
    if (this.#trusted) attributes[bullmqAttribute.jobName] = this.native.name;
  }

  detail(attributes: Attributes): void {
    const { attemptsMade, stalledCounter = 0, repeatJobKey } = this.native;
    attributes[bullmqAttribute.jobAttemptsMade] = attemptsMade;
    if (stalledCounter > 0) attributes[bullmqAttribute.jobStalledCount] = stalledCounter;
    if (this.#trusted && repeatJobKey !== undefined) {
      attributes[bullmqAttribute.jobSchedulerId] = repeatJobKey;
    }
  }

  get #read(): Metadata {
    this.#metadata ??= readMetadata(metadataOf(this.native.opts));
    return this.#metadata;
  }

  /** What names the span that added the job, and nothing else that its sender wrote. */
  get #creation(): string | undefined {
    const identity = waybillIdentity(this.headers.get('waybill'));
    if (identity !== undefined) return identity;
    const traceparent = this.headers.get('traceparent');
    return typeof traceparent === 'string' ? creatingSpan.exec(traceparent)?.[0] : undefined;
  }

  /** Both texts have the id where only the journey, or else the trace, has 32 digits. */
  get #journey(): string | undefined {
    return this.#creation?.split('-').find(({ length }) => length === 32);
  }

  /** A key as BullMQ writes those of parents. A sandbox of older releases knows the parts of it. */
  #keyOf(name: string | undefined): string {
    const { queueQualifiedName, prefix, queueName } = this.native;
    return `${queueQualifiedName ?? `${prefix}:${queueName}`}:${name}`;
  }
}

/** The ids in a traceparent. */
const creatingSpan = /(?<=^[0-9a-f]{2}-)[0-9a-f]{32}-[0-9a-f]{16}(?=-)/;

function metadataOf({ telemetry, tm }: ProcessedJob['opts']): unknown {
  return telemetry?.metadata ?? tm;
}
