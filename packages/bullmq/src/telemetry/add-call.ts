import { type Attributes, type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { activeContext, attribute, type Instrumenter, type PublishNote, runIn } from '@waybill/core/adapter';
import { bullmqAttribute } from '../adapter-info.ts';
import { BullmqOutgoingMessage } from '../outgoing-message.ts';
import { told } from './told-names.ts';
import { TracedCall } from './traced-call.ts';

/** What BullMQ tells of jobs that are added, and the attribute that records it. */
const recordedAs = [
  [told.jobId, attribute.messageId],
  [told.bulkCount, attribute.batchMessageCount],
  [bullmqAttribute.jobName, bullmqAttribute.jobName],
  [bullmqAttribute.jobSchedulerId, bullmqAttribute.jobSchedulerId],
] as const;

/**
 * The jobs that a call adds. BullMQ gives all of them the same metadata. It does not tell their options, and tells their number only after
 * the call has begun.
 */
class AddedJobs extends BullmqOutgoingMessage<object> {
  count = 1;

  constructor(queueName: string, name: string | undefined) {
    super({ name: queueName }, { name }, { queueName, name });
  }
}

/** A call that adds jobs: `add`, `addBulk`, one job of a flow, or the first run of a schedule. */
export class AddCall extends TracedCall {
  override readonly metadata: string;
  readonly #jobs: AddedJobs;
  #context: Context = ROOT_CONTEXT;
  #done: ((error?: unknown) => void) | undefined;
  #note: PublishNote | undefined;
  #failure: unknown;

  /**
   * @param base the context of the call.
   * @param name the name of the job, if it is known before the call begins.
   * @throws what publish middleware throws.
   */
  constructor(instrumenter: Instrumenter, base: Context, queue: string, name: string | undefined) {
    super();
    this.#jobs = new AddedJobs(queue, name);
    const messages = [this.#jobs];
    const invoke = (done: (error?: unknown) => void, note: PublishNote): void => {
      this.#context = activeContext();
      this.#done = done;
      this.#note = note;
    };
    try {
      runIn(base, () => instrumenter.publish({ messages, batch: false, completes: 'callback', invoke }));
    } catch (error) {
      this.#done?.(error);
      throw error;
    }
    this.metadata = this.#jobs.opts?.telemetry?.metadata ?? '';
  }

  override run<R>(call: () => R): R {
    return runIn(this.#context, call);
  }

  override told(attributes: Attributes): void {
    const count = attributes[told.bulkCount];
    if (typeof count === 'number') this.#jobs.count = count;
    const known: Attributes = {};
    for (const [name, recorded] of recordedAs) {
      const value = attributes[name];
      if (typeof value === 'string' || typeof value === 'number') known[recorded] = value;
    }
    this.#note?.(0, undefined, known);
  }

  override failed(error: unknown): void {
    this.#failure ??= error;
  }

  override end(): void {
    this.#done?.(this.#failure);
  }
}
