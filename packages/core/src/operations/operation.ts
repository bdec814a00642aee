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
 * publish, the processing of messages, a receive and a settlement each are one.
 *
 * @example
 * const operation = new Operation(env, 'operationDuration');
 * const { span } = operation.startSpan(template, options, parent);
 * // … the work, in the context of the span …
 * if (failure !== undefined) operation.fail(failure.error);
 * operation.finish((errorType) => queue.metrics.attributes('ack', errorType));
 */
export class Operation {
  protected readonly env: Environment;
  readonly #instrumentsAtStart: Instruments | undefined;
  readonly #instrumentsFrom: 'start' | 'end';
  readonly #metric: 'operationDuration' | 'processDuration';
  readonly #startedAt: number | undefined;
  #start: number;
  #elapsed: number | undefined;
  #span: Span | undefined;
  #ownsSpan = false;
  #awaitsEnd = false;
  #errorType: string | undefined;

  /**
   * @param metric the one that records how long it takes.
   * @param instruments whether those in force at its start record the duration, or those in force at its end. A receive may last
   * until an SDK is registered, so it takes those at its end.
   * @param startedAt when it started, in ms since the epoch, where that was before now.
   */
  constructor(
    env: Environment,
    metric: 'operationDuration' | 'processDuration',
    instruments: 'start' | 'end' = 'start',
    startedAt?: number | undefined,
  ) {
    this.env = env;
    this.#metric = metric;
    this.#instrumentsFrom = instruments;
    this.#instrumentsAtStart = env.instruments();
    this.#startedAt = startedAt;
    this.#start = this.#now();
  }

  /** `undefined` where nothing records metrics. */
  get instruments(): Instruments | undefined {
    return this.#instrumentsFrom === 'start' ? this.#instrumentsAtStart : this.env.instruments();
  }

  /** Starts the span that ends with the operation. Its duration counts from here: the time before was Waybill's. */
  startSpan(
    template: SpanTemplate,
    options: StartOptions,
    parent: MessageContext,
    journeyId?: string | undefined,
  ): Started {
    const startedAt = this.#startedAt;
    const startOptions = startedAt === undefined ? options : { ...options, startTime: startedAt };
    const started = startSpan(this.env, template, startOptions, parent, journeyId);
    this.#span = started.span;
    this.#ownsSpan = true;
    this.#awaitsEnd = started.isRecording;
    this.#start = this.#now();
    return started;
  }

  /** Uses another instrumentation's span: it gets failures recorded, and its owner ends it. */
  joinSpan(span: Span): void {
    this.#span = span;
    this.#awaitsEnd = awaitsEnd(span);
  }

  /** The span that covers it; `undefined` where there is none. */
  get span(): Span | undefined {
    return this.#span;
  }

  /** Whether the span is its own, and ends with it. */
  get ownsSpan(): boolean {
    return this.#ownsSpan;
  }

  /** Whether {@link finish} has anything to do. */
  get isObserved(): boolean {
    return this.#awaitsEnd || this.instruments !== undefined;
  }

  /** Stops the clock, if work before {@link finish} is not part of the operation. */
  stop(): void {
    this.#elapsed ??= performance.now() - this.#start;
  }

  /** Marks it as failed. The first of several errors gives the metric its `error.type`. */
  fail(error: unknown): void {
    this.#errorType ??= errorType(error);
    if (this.#span !== undefined) failSpan(this.#span, error);
  }

  /** Marks its messages as rejected by a handler that did not fail. */
  reject(): void {
    this.#errorType ??= rejected;
    if (this.#span !== undefined) rejectSpan(this.#span);
  }

  /**
   * Ends its own span, if there is one, and records the duration.
   *
   * @param attributesOf the attributes of the duration for an `error.type`, which is `undefined` where it did not fail.
   */
  finish(attributesOf: (errorType: string | undefined) => Attributes): void {
    if (this.#span !== undefined && this.#ownsSpan) endSpan(this.#span);
    const { instruments } = this;
    if (instruments === undefined) return;
    const elapsed = this.#elapsed ?? performance.now() - this.#start;
    instruments[this.#metric].record(elapsed / 1_000, attributesOf(this.#errorType));
  }

  /**
   * Its start as `performance.now()` tells it, so that its duration does not depend on the wall clock. It is read only where the duration may
   * be recorded: that takes as long as an attribute.
   */
  #now(): number {
    if (this.#instrumentsFrom === 'start' && this.#instrumentsAtStart === undefined) return 0;
    const startedAt = this.#startedAt;
    return performance.now() - (startedAt === undefined ? 0 : Math.max(0, Date.now() - startedAt));
  }
}
