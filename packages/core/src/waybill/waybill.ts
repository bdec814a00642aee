import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { ExplainOptions, PolicyExplanation } from '../operations/explain/explanation.ts';
import type { RequestedRelation } from '../policy/policy.ts';
import type { AdapterInfo, Instrumenter } from '../seam/instrumenter.ts';

/** The key of {@link Waybill}'s instrumenters: the same for every copy of this package in a process. */
export const openInstrumenter: unique symbol = Symbol.for('waybill.instrumenter') as never;

/** The key of {@link Waybill}'s detector of misused contexts. */
export const misuseDetectorOf: unique symbol = Symbol.for('waybill.misuse-detector') as never;

/** What an application makes once with `createWaybill` and hands to the adapters of its clients. */
export interface Waybill {
  /**
   * Adds middleware around every publish and every delivery. The first one added is the outermost.
   *
   * @throws {WaybillError} when it is not middleware.
   * @returns the same Waybill, to add more.
   */
  use(middleware: Middleware): this;

  /**
   * Adds middleware for the queues that a name or pattern of the policy's kind matches: `orders`, `reports.*`,
   * `kafka:orders.*`. In a call with several messages it sees only those that match.
   */
  use(pattern: string, middleware: Middleware): this;

  /**
   * Requests a relation from the consumers of all messages that the function publishes. A consumer whose rule leaves the relation open
   * (`auto`) and trusts the sender grants it.
   *
   * @returns what the function returns.
   *
   * @example
   * await waybill.publishWith({ relation: 'link' }, () => queue.add('nightly-report', data));
   */
  publishWith<R>(options: PublishWithOptions, publish: () => R): R;

  /**
   * Explains what the policy that is in force does with the messages of a queue: which rule holds and why it beats the others, and what
   * happens to trace and baggage where a message is sent and where it is handled. The code that decides for messages answers.
   *
   * @param queue its name, the messaging system before it or not: `orders`, `kafka:orders`. Without one, rules that name a system do not
   * match.
   * @param options what is supposed of the message.
   * @throws {WaybillError} with code `WAYBILL_INVALID_OPTION` when the queue or an option is wrong.
   *
   * @example
   * const { rule, consume } = waybill.explain('kafka:orders', { age: '3m' });
   * console.log(rule, consume.relation, consume.summary);
   */
  explain(queue: string, options?: ExplainOptions): PolicyExplanation;

  /** For `expectNoLeaks` in `@waybill/testing`; `undefined` unless mistakes are looked for. */
  readonly [misuseDetectorOf]: { takeDiagnostics(): readonly Diagnostic[] } | undefined;

  /** For adapters: see `instrumenterOf` in `@waybill/core/adapter`. */
  readonly [openInstrumenter]: (adapter: AdapterInfo) => Instrumenter;
}

/** What a sender may ask of the consumers of a message. */
export interface PublishWithOptions {
  /** How the consumer span should relate to the message's trace. */
  readonly relation: RequestedRelation;
}
