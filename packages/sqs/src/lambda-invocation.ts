import {
  activeContext,
  type Delivery,
  type Instrumenter,
  isThenable,
  type OpenDelivery,
  type RememberedMessages,
  runIn,
} from '@waybill/core/adapter';
import { incomingRecord, type SqsRecord } from './lambda-record.ts';

/** What `batchItemFailures` of an answer names: the records that Lambda is to show again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** A function as Lambda invokes it. */
export type Handler = (event: unknown, context: unknown, callback?: Callback) => unknown;
type Callback = (error?: unknown, response?: unknown) => void;

/** A record that fails stays in its queue, and is shown again. */
export const outcomeOf: NonNullable<Delivery['outcomeOf']> = (failure) =>
  failure === undefined ? undefined : 'retry';

/** One invocation, from its event until its answer. */
export class Invocation {
  readonly #instrumenter: Instrumenter;
  readonly #timeout: () => number;
  readonly #context = activeContext();
  readonly #startedAt = Date.now();
  readonly #remembered: RememberedMessages | undefined;
  readonly #only: OpenDelivery | undefined;
  readonly #onlyId: unknown;
  #onlyFailure: { readonly error: unknown } | undefined;

  constructor(instrumenter: Instrumenter, records: readonly SqsRecord[], timeout: number, context: unknown) {
    this.#instrumenter = instrumenter;
    this.#timeout = () => Math.min(timeout, timeLeft(context));
    const messages = records.map(incomingRecord);
    const [only, ...others] = messages;
    if (only !== undefined && others.length === 0) {
      this.#only = instrumenter.open({ messages, batch: false, outcomeOf });
      this.#only.remember((error) => {
        this.#onlyFailure = { error };
      });
      this.#onlyId = only.id;
    } else {
      this.#remembered = instrumenter.remember(messages, outcomeOf);
    }
  }

  /** Calls the handler, and gives what it gives when the spans have ended and are exported. */
  answer(self: unknown, handler: Handler, [event, context, callback]: Parameters<Handler>): unknown {
    const answered: Callback = (error, response) => {
      const done = (): void => callback?.(error, response);
      this.#end(error === undefined || error === null ? undefined : { error }, response).then(done, done);
    };
    const args =
      typeof callback === 'function' ? ([event, context, answered] as const) : ([event, context] as const);
    const run = (): unknown => handler.apply(self, args as unknown as Parameters<Handler>);
    let result: unknown;
    try {
      result = this.#only === undefined ? run() : this.#only.run(run);
    } catch (error) {
      this.#end({ error }, undefined);
      throw error;
    }
    if (isThenable(result)) {
      return result.then(
        async (response) => {
          await this.#end(undefined, response);
          return response;
        },
        async (error) => {
          await this.#end({ error }, undefined);
          throw error;
        },
      );
    }
    // A handler that takes a callback answers by it.
    if (handler.length < 3) this.#end(undefined, result);
    return result;
  }

  /** Ends what is still open, and exports it. */
  async #end(failure: { readonly error: unknown } | undefined, response: unknown): Promise<void> {
    const failed = failure === undefined ? failedIds(response) : undefined;
    const failureOf = (id: unknown): { readonly error: unknown } | undefined =>
      failure ?? (failed?.has(id) === true ? { error: new BatchItemFailure() } : undefined);
    const only = failureOf(this.#onlyId);
    this.#only?.end(only && failure === undefined ? (this.#onlyFailure ?? only) : only);
    runIn(this.#context, () => {
      for (const message of this.#remembered?.unprocessed() ?? []) {
        const delivery = { messages: [message], batch: false, outcomeOf, startedAt: this.#startedAt };
        this.#instrumenter.open(delivery).end(failureOf(message.id));
      }
    });
    this.#remembered?.forget();
    const timeout = this.#timeout();
    if (timeout > 0) await this.#instrumenter.flush(timeout);
  }
}

/** What a record failed with that the answer named. It is recorded, never thrown. */
class BatchItemFailure extends Error {
  override readonly name = 'BatchItemFailure';

  constructor() {
    super('The answer named the record in batchItemFailures.');
  }
}

/** The ids that an answer names; `undefined` where it names none. */
function failedIds(response: unknown): ReadonlySet<unknown> | undefined {
  const { batchItemFailures } = (Object(response) ?? {}) as Partial<BatchResponse>;
  if (!Array.isArray(batchItemFailures)) return undefined;
  return new Set(batchItemFailures.map((failure) => failure?.itemIdentifier));
}

/** The ms that an invocation has left, less what its answer takes. */
function timeLeft(context: unknown): number {
  const { getRemainingTimeInMillis: remaining } = Object(context) as { getRemainingTimeInMillis?: unknown };
  if (typeof remaining !== 'function') return Number.POSITIVE_INFINITY;
  try {
    const left = Number(remaining.call(context)) - timeToAnswer;
    return Number.isNaN(left) ? 0 : left;
  } catch {
    return 0;
  }
}

const timeToAnswer = 100;
