import type { Attributes, Span } from '@opentelemetry/api';
import type { Instruments } from '../metrics/instruments.ts';
import type { MessageContext } from '../propagation/message-context.ts';
import { errorType, failSpan, rejected, rejectSpan } from '../spans/fail-span.ts';
import {
  awaitsEnd,
  endSpan,
  type SpanTemplate,
  type Started,
  type StartOptions,
  startSpan,
} from '../spans/start-span.ts';
import type { Environment } from './environment.ts';

/**
 * A messaging operation from its start to its end: the span that covers it, and the duration that a metric records of it. A
 * publish, the processing of messages, a receive and a settlement each have one.
 *
 * @example
 * const operation = new Operation(env, 'operationDuration');
 * const { context } = operation.startSpan(template, options, parent);
 * // … the work, in that context …
 * if (failure !== undefined) operation.fail(failure.error);
 * operation.end((errorType) => metricAttributes(profile, 'ack', queue, errorType));
 */
export class Operation {
  /** Those in force when it started; `undefined` where nothing records metrics. */
  readonly instruments: Instruments | undefined;

  readonly #env: Environment;
  readonly #metric: 'operationDuration' | 'processDuration';
  readonly #start: number;
  #elapsed: number | undefined;
  #span: Span | undefined;
  #ownsSpan = false;
  #errorType: string | undefined;

  /** @param metric the one that records how long it takes. */
  constructor(env: Environment, metric: 'operationDuration' | 'processDuration') {
    this.#env = env;
    this.#metric = metric;
    this.instruments = env.instruments();
    this.#start = this.instruments === undefined ? 0 : performance.now();
  }

  /** Starts the span that ends with the operation. */
  startSpan(
    template: SpanTemplate,
    options: StartOptions,
    parent: MessageContext,
    journeyId?: string | undefined,
  ): Started {
    const started = startSpan(this.#env, template, options, parent, journeyId);
    this.#span = started.span;
    this.#ownsSpan = true;
    return started;
  }

  /** Takes another instrumentation's span, which is told of a failure and ended by its owner. */
  joinSpan(span: Span): void {
    this.#span = span;
  }

  /** The span that covers it; `undefined` where there is none. */
  get span(): Span | undefined {
    return this.#span;
  }

  /** Whether the span is its own, and ends with it. */
  get ownsSpan(): boolean {
    return this.#ownsSpan;
  }

  /** Whether there is anything to do when it ends. Where not, nobody has to be told of its end. */
  get isObserved(): boolean {
    return this.instruments !== undefined || (this.#span !== undefined && awaitsEnd(this.#span));
  }

  /** Stops the clock, where there is work to do before {@link end} that is no part of the operation. */
  stop(): void {
    if (this.instruments !== undefined) this.#elapsed ??= performance.now() - this.#start;
  }

  /** Marks it as failed. Of several errors the first gives the metric its `error.type`. */
  fail(error: unknown): void {
    this.#errorType ??= errorType(error);
    if (this.#span !== undefined) failSpan(this.#span, error);
  }

  /** Marks it as one whose messages a handler rejected without failing. */
  reject(): void {
    this.#errorType ??= rejected;
    if (this.#span !== undefined) rejectSpan(this.#span);
  }

  /**
   * Ends its own span, if there is one, and records the duration.
   *
   * @param metrics the attributes of the duration for an `error.type`, which is `undefined` where it did not fail.
   */
  end(metrics: (errorType: string | undefined) => Attributes): void {
    if (this.#span !== undefined && this.#ownsSpan) endSpan({ span: this.#span });
    if (this.instruments === undefined) return;
    this.stop();
    this.instruments[this.#metric].record((this.#elapsed ?? 0) / 1_000, metrics(this.#errorType));
  }
}
