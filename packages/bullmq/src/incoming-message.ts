import type { Attributes } from '@opentelemetry/api';
import {
  type AttemptLog,
  type CarrierFault,
  creationIdentity,
  type FlowPlace,
  journeyOfCreation,
  type ReadableHeaders,
} from '@waybill/core/adapter';
import { bullmqAttribute } from './adapter-info.ts';
import type { JobTelemetry } from './metadata.ts';
import { MetadataMessage } from './metadata-message.ts';

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

/** An id that BullMQ made. */
const countedId = /^[1-9]\d{0,14}$/;

/** A job that a worker took, or that was fetched by hand. BullMQ writes its id and its counts; all else is its sender's. */
export class BullmqIncomingMessage extends MetadataMessage<ProcessedJob> {
  readonly sentAtSource = 'job.timestamp';
  readonly #logOf: ((job: ProcessedJob) => AttemptLog) | undefined;

  /** @param logOf finds what is remembered of the jobs of a queue whose ids BullMQ counts up. Default: nothing. */
  constructor(job: ProcessedJob, logOf?: (job: ProcessedJob) => AttemptLog) {
    super(job, job.queueName);
    this.#logOf = logOf;
  }

  /** Jobs with an id of the application's own are remembered by their {@link identity}. */
  get log(): AttemptLog | undefined {
    return Number.isNaN(this.position) ? undefined : this.#logOf?.(this.native);
  }

  /** BullMQ counts the jobs of a queue. */
  get position(): number {
    return countedId.test(this.native.id ?? '') ? Number(this.native.id) : Number.NaN;
  }

  /** Another database may have a queue of this name; its jobs were added at other times. */
  get logTime(): number {
    return this.native.timestamp;
  }

  get id(): string | undefined {
    return this.native.id;
  }

  get sentAt(): number | undefined {
    return this.isTrusted ? this.native.timestamp : undefined;
  }

  /** The delay that the job was added with: `job.delay` is 0 by now, or the time of a backoff. */
  get delay(): number | undefined {
    return this.isTrusted ? this.native.opts.delay : undefined;
  }

  /** Older releases do not count the starts in a sandbox. */
  get attempt(): number {
    return this.native.attemptsStarted || this.native.attemptsMade + 1;
  }

  get recurring(): boolean {
    return this.isTrusted && this.native.repeatJobKey !== undefined;
  }

  /** Another database may have a job of the same key, which was added at another time and by another span. */
  get identity(): string {
    return `${jobKey(this.native, this.native.id)} ${this.native.timestamp} ${creationIdentity(this.headers) ?? ''}`;
  }

  /** Another database may have a schedule of the same key. Where the span that made it is not known, nothing tells them apart. */
  get schedule(): string | undefined {
    const creation = this.recurring ? creationIdentity(this.headers) : undefined;
    return creation && `${jobKey(this.native, this.native.repeatJobKey)} ${creation}`;
  }

  /** The jobs of a flow belong to one journey, also those that a processor adds to it. */
  get flow(): FlowPlace | undefined {
    return this.isTrusted ? new JobPlace(this.native, this.headers) : undefined;
  }

  /** AppSignal spreads headers over the options of a job. */
  override get carrierFault(): CarrierFault | undefined {
    const fault = super.carrierFault;
    const isSpread = this.metadata === undefined && 'traceparent' in this.native.opts;
    return isSpread ? { place: 'opts', reason: 'foreign' } : fault;
  }

  detail(attributes: Attributes): void {
    if (this.isTrusted) attributes[bullmqAttribute.jobName] = this.native.name;
    const { attemptsMade, stalledCounter = 0, repeatJobKey } = this.native;
    attributes[bullmqAttribute.jobAttemptsMade] = attemptsMade;
    if (stalledCounter > 0) attributes[bullmqAttribute.jobStalledCount] = stalledCounter;
    if (this.recurring) attributes[bullmqAttribute.jobSchedulerId] = repeatJobKey;
  }

  protected get metadata(): unknown {
    const { telemetry, tm } = this.native.opts;
    return telemetry?.metadata ?? tm;
  }
}

/** Keys are made when they are asked for: of most jobs none is. */
class JobPlace implements FlowPlace {
  readonly #job: ProcessedJob;
  readonly #headers: ReadableHeaders;

  constructor(job: ProcessedJob, headers: ReadableHeaders) {
    this.#job = job;
    this.#headers = headers;
  }

  get key(): string | undefined {
    return this.#inJourney(jobKey(this.#job, this.#job.id));
  }

  get dependent(): string | undefined {
    const { parentKey } = this.#job;
    return parentKey ? this.#inJourney(parentKey) : undefined;
  }

  #inJourney(key: string): string | undefined {
    const creation = creationIdentity(this.#headers);
    return creation && `${key} ${journeyOfCreation(creation)}`;
  }
}

/** A key as BullMQ writes those of parents. */
function jobKey(job: ProcessedJob, name: string | undefined): string {
  return `${qualifiedName(job)}:${name}`;
}

/** The name of a job's queue, with its prefix. A sandbox of older releases knows the parts of it. */
export function qualifiedName({ queueQualifiedName, prefix, queueName }: ProcessedJob): string {
  return queueQualifiedName ?? `${prefix}:${queueName}`;
}
