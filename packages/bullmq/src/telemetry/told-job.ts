import type { Attributes } from '@opentelemetry/api';
import { attribute, BaseIncomingMessage, type CarrierFault, creationIdentity } from '@waybill/core/adapter';
import { bullmqAttribute } from '../adapter-info.ts';
import { MetadataHeaders } from '../metadata.ts';

/** What BullMQ tells its telemetry of a job. */
export interface ToldJob {
  readonly queueName: string;

  /** `undefined` until BullMQ tells it. */
  id: string | undefined;

  /** `undefined` until BullMQ tells it, and in older releases, which do not tell it. */
  name: string | undefined;

  /** The `telemetry.metadata` of its options. */
  readonly metadata: unknown;
}

/** The ids that BullMQ makes for the runs of a schedule. */
const runOfSchedule = /^repeat:(.+):\d+$/s;

/** A delivered job, with what BullMQ tells its telemetry of it. */
export class ToldMessage extends BaseIncomingMessage<ToldJob, MetadataHeaders> {
  /** The number of the attempt, as core counted it in this process; `undefined` for the first known one. */
  counted: number | undefined;

  constructor(job: ToldJob) {
    super(job, job.queueName);
  }

  get id(): string | undefined {
    return this.native.id;
  }

  get recurring(): boolean {
    return this.#schedulerId !== undefined;
  }

  /** BullMQ does not tell the database or the prefix of a job: only the span that added it tells jobs with the same id apart. */
  get identity(): string | undefined {
    const creation = creationIdentity(this.headers);
    return creation && `${this.native.id} ${creation}`;
  }

  get schedule(): string | undefined {
    const creation = this.recurring ? creationIdentity(this.headers) : undefined;
    return creation && `${this.#schedulerId} ${creation}`;
  }

  get carrierFault(): CarrierFault | undefined {
    return this.headers.fault;
  }

  detail(attributes: Attributes): void {
    this.counted = attributes[attribute.messageAttempt] as number | undefined;
    const { name } = this.native;
    if (this.isTrusted && name !== undefined) attributes[bullmqAttribute.jobName] = name;
    if (this.#schedulerId !== undefined) attributes[bullmqAttribute.jobSchedulerId] = this.#schedulerId;
  }

  protected readHeaders(): MetadataHeaders {
    return new MetadataHeaders(this.native);
  }

  get #schedulerId(): string | undefined {
    return this.isTrusted ? runOfSchedule.exec(this.id ?? '')?.[1] : undefined;
  }
}
