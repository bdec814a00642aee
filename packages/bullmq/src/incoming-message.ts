import type { Attributes } from '@opentelemetry/api';
import {
  type AttemptLog,
  BaseIncomingMessage,
  type CarrierFault,
  creationIdentity,
  type FlowPlace,
  type Instrumenter,
  journeyOfCreation,
  LimitedMap,
  perObject,
} from '@waybill/core/adapter';
import { bullmqAttribute } from './adapter-info.ts';
import { type JobTelemetry, MetadataHeaders } from './metadata.ts';

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

/** How many queues have their attempts remembered, at most. */
const mostQueues = 1_000;

/** What one Waybill remembers of the jobs of each queue whose ids BullMQ counts up. */
const logsOf = perObject((_instrumenter: Instrumenter) => new LimitedMap<string, AttemptLog>(mostQueues));

/** An id that BullMQ made. */
const countedId = /^[1-9]\d{0,14}$/;

/** A job that a worker took, or that was fetched by hand. BullMQ writes its id and its counts; all else is its sender's. */
export class BullmqIncomingMessage extends BaseIncomingMessage<ProcessedJob, MetadataHeaders> {
  readonly sentAtSource = 'job.timestamp';
  readonly id: string | undefined = this.native.id;

  /** BullMQ counts the jobs of a queue. */
  readonly position: number = countedId.test(this.id ?? '') ? Number(this.id) : Number.NaN;

  /** Another database may have a queue of this name; its jobs were added at other times. */
  readonly logTime: number = this.native.timestamp;

  /** Older releases do not count the starts in a sandbox. */
  readonly attempt: number = this.native.attemptsStarted || this.native.attemptsMade + 1;
  readonly #instrumenter: Instrumenter;

  constructor(instrumenter: Instrumenter, job: ProcessedJob) {
    super(job, job.queueName);
    this.#instrumenter = instrumenter;
  }

  /** Jobs with an id of the application's own are remembered by their {@link identity}. */
  get log(): AttemptLog | undefined {
    if (Number.isNaN(this.position)) return undefined;
    const logs = logsOf(this.#instrumenter);
    const queue = this.#queue;
    if (!logs.has(queue)) logs.set(queue, this.#instrumenter.attemptLog());
    return logs.get(queue);
  }

  get sentAt(): number | undefined {
    return this.isTrusted ? this.native.timestamp : undefined;
  }

  /** The delay that the job was added with: `job.delay` is 0 by now, or the time of a backoff. */
  get delay(): number | undefined {
    return this.isTrusted ? this.native.opts.delay : undefined;
  }

  get recurring(): boolean {
    return this.isTrusted && this.native.repeatJobKey !== undefined;
  }

  /** Another database may have a job of the same key, which was added at another time and by another span. */
  get identity(): string {
    return `${this.#queue}:${this.id} ${this.native.timestamp} ${creationIdentity(this.headers) ?? ''}`;
  }

  /** Another database may have a schedule of the same key. Where the span that made it is not known, nothing tells them apart. */
  get schedule(): string | undefined {
    const creation = this.recurring ? creationIdentity(this.headers) : undefined;
    return creation && `${this.#queue}:${this.native.repeatJobKey} ${creation}`;
  }

  /** It is its own place. The jobs of a flow belong to one journey, also those that a processor adds to it. */
  get flow(): FlowPlace | undefined {
    return this.isTrusted ? this : undefined;
  }

  /** As BullMQ writes the keys of parents. */
  get key(): string | undefined {
    return this.#inJourney(`${this.#queue}:${this.id}`);
  }

  get dependent(): string | undefined {
    const { parentKey } = this.native;
    return parentKey ? this.#inJourney(parentKey) : undefined;
  }

  /** AppSignal spreads headers over the options of a job. */
  get carrierFault(): CarrierFault | undefined {
    const isSpread = this.#metadata === undefined && 'traceparent' in this.native.opts;
    return isSpread ? { place: 'opts', reason: 'foreign' } : this.headers.fault;
  }

  detail(attributes: Attributes): void {
    if (this.isTrusted) attributes[bullmqAttribute.jobName] = this.native.name;
    const { attemptsMade, stalledCounter = 0, repeatJobKey } = this.native;
    attributes[bullmqAttribute.jobAttemptsMade] = attemptsMade;
    if (stalledCounter > 0) attributes[bullmqAttribute.jobStalledCount] = stalledCounter;
    if (this.recurring) attributes[bullmqAttribute.jobSchedulerId] = repeatJobKey;
  }

  protected readHeaders(): MetadataHeaders {
    return new MetadataHeaders({ metadata: this.#metadata });
  }

  get #metadata(): unknown {
    const { telemetry, tm } = this.native.opts;
    return telemetry?.metadata ?? tm;
  }

  /** The name of its queue, with its prefix. A sandbox of older releases knows the parts of it. */
  get #queue(): string {
    const { queueQualifiedName, prefix, queueName } = this.native;
    return queueQualifiedName ?? `${prefix}:${queueName}`;
  }

  #inJourney(key: string): string | undefined {
    const creation = creationIdentity(this.headers);
    return creation && `${key} ${journeyOfCreation(creation)}`;
  }
}
