import type { Attributes, Context } from '@opentelemetry/api';
import {
  attribute,
  type Delivery,
  type Failure,
  type HandlingOutcome,
  type Instrumenter,
  type OpenDelivery,
  runIn,
} from '@waybill/core/adapter';
import { bullmqAttribute } from '../adapter-info.ts';
import type { ProcessedJob } from '../incoming-message.ts';
import { LateContext } from './late-context.ts';
import { reportTracedTwice } from './our-telemetry.ts';
import { ToldMessage } from './told-job.ts';
import { told, toldEvent } from './told-names.ts';
import { TracedCall } from './traced-call.ts';

/** Shared by all copies of this module in a process (ESM beside CommonJS). */
const processingKey = Symbol.for('waybill.bullmq.processing');

/** The handling of a job in whose context this one was made; `undefined` outside of any. */
export function processingOf(context: Context): ProcessCall | undefined {
  return context.getValue(processingKey) as ProcessCall | undefined;
}

/** The handling of a job by a worker, from its beginning until BullMQ has written the result. */
export class ProcessCall extends TracedCall {
  readonly #instrumenter: Instrumenter;
  readonly #base: Context;
  readonly #context: LateContext;

  /** `undefined` when the handling has ended: a timer of the processor may keep the context. */
  #message: ToldMessage | undefined;
  #delivery: OpenDelivery | undefined;

  /** How the processor ended; `undefined` until BullMQ says so. */
  #ended: 'completed' | 'failed' | undefined;
  #outcome: HandlingOutcome | undefined;
  #failure: Failure | undefined;
  #attemptsMade: number | undefined;

  /**
   * @param base the context that the worker runs in.
   * @param metadata the `telemetry.metadata` of the job.
   */
  constructor(instrumenter: Instrumenter, base: Context, queueName: string, metadata: unknown) {
    super();
    this.#instrumenter = instrumenter;
    this.#base = base.setValue(processingKey, this);
    const message = new ToldMessage({ queueName, id: undefined, name: undefined, metadata });
    this.#message = message;
    this.#context = new LateContext(() => this.#open(message));
  }

  /** Whether the processor has ended. Later work in this context is the worker's own, such as taking the next job. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Whether this job is being handled. */
  handles({ id, queueName }: Pick<ProcessedJob, 'id' | 'queueName'>): boolean {
    const job = this.#message?.native;
    return this.#delivery !== undefined && id === job?.id && queueName === job?.queueName;
  }

  /** Runs a processor that is wrapped as well, in this span and with the consume middleware. That is reported. */
  runProcessor<R>(run: () => R): R {
    reportTracedTwice();
    return this.#delivery === undefined ? run() : this.#delivery.run(run);
  }

  override run<R>(call: () => R): R {
    return runIn(this.#context, call);
  }

  override told(attributes: Attributes): void {
    const id = attributes[told.jobId];
    const job = this.#message?.native;
    if (typeof id === 'string' && job !== undefined && job.id === undefined) {
      const name = attributes[bullmqAttribute.jobName];
      job.id = id;
      if (typeof name === 'string') job.name = name;
      this.#context.settle();
    }
    const made = attributes[bullmqAttribute.jobAttemptsMade];
    if (typeof made !== 'number' || this.#ended === undefined) return;
    this.#attemptsMade = made;
    this.end();
  }

  /** Records what BullMQ does with a failed job. */
  becomes(id: unknown, outcome: HandlingOutcome): void {
    if (id === this.#message?.id) this.#outcome = outcome;
  }

  override happened(event: string, attributes: Attributes): void {
    if (event === toldEvent.completed) this.#ended = 'completed';
    if (event !== toldEvent.failed) return;
    this.#ended = 'failed';
    this.#failure = { error: { message: attributes[told.failedReason] } };
  }

  override failed(error: unknown): void {
    this.#failure ??= { error: typeof error === 'string' ? { message: error } : error };
  }

  /** Only the first call counts. */
  override end(): void {
    const delivery = this.#delivery;
    this.#delivery = undefined;
    if (delivery === undefined) return;
    if (this.#attemptsMade !== undefined) {
      delivery.tell({
        [attribute.messageAttempt]: Math.max(this.#message?.counted ?? 1, this.#attemptsMade),
        [bullmqAttribute.jobAttemptsMade]: this.#attemptsMade - 1,
      });
    }
    // BullMQ retries to write a result: an error of an earlier try is not a failure of a completed job.
    delivery.end(this.#ended === 'completed' ? undefined : this.#failure);
    this.#message = undefined;
  }

  #open(message: ToldMessage): Context {
    const outcomeOf = (): HandlingOutcome | undefined => this.#whatBecomes();
    const delivery: Delivery = { messages: [message], batch: false, outcomeOf };
    this.#delivery = runIn(this.#base, () => this.#instrumenter.open(delivery));
    return this.#delivery.context;
  }

  /** BullMQ does not say of a job that its processor put back that it completed or failed. */
  #whatBecomes(): HandlingOutcome | undefined {
    if (this.#ended === undefined) return this.#failure === undefined ? 'deferred' : undefined;
    return this.#ended === 'failed' ? this.#outcome : undefined;
  }
}
