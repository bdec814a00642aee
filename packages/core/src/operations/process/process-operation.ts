import type { Attributes, Context } from '@opentelemetry/api';
import { reportFailure, safely } from '../../diag.ts';
import { activeContext, runIn } from '../../ground/run-in.ts';
import { type Failure, onSettled, type SettledObserver } from '../../ground/settled.ts';
import { attemptNumber } from '../../history/attempts.ts';
import { metricAttributes, type QueueMetrics } from '../../metrics/queue-metrics.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { OpenDelivery } from '../../seam/instrumenter.ts';
import { notedFailure } from '../../spans/noted-failures.ts';
import { isRecording } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import { Operation } from '../operation.ts';
import { addOutcome, addSkippedBy, addToldAttributes } from '../span-attributes.ts';
import { forgetReceived, messageName, rememberReceived } from './received-messages.ts';

/** The metrics that already have a message: none; the count of messages; that and the age. */
export type MetricsRecorded = 'none' | 'count' | 'count-and-age';

/** How the processing of a delivery has started. */
export interface StartedProcess {
  /** What the handler runs in. */
  readonly context: Context;

  /** What metrics say of its messages; `undefined` where they come from several queues. */
  readonly metrics: QueueMetrics | undefined;

  /** Lets go of the messages of a batch. */
  readonly release?: (() => void) | undefined;
}

/**
 * Starts the span of a delivery, if there is to be one.
 *
 * @param active the context that its client calls in.
 */
export type StartProcess = (
  env: Environment,
  operation: Operation,
  delivery: Delivery,
  active: Context,
  metricsRecorded: MetricsRecorded,
) => StartedProcess;

/** The processing of a delivery, from its start until its handler settles or its message is acknowledged. */
export class ProcessOperation extends Operation implements OpenDelivery, SettledObserver<unknown> {
  readonly context: Context;

  readonly #delivery: Delivery;
  readonly #metrics: QueueMetrics | undefined;
  readonly #release: (() => void) | undefined;
  #ended = false;
  #isRemembered = false;

  /** Starts the processing. If that fails, the handler runs as without Waybill. */
  constructor(env: Environment, delivery: Delivery, start: StartProcess, metricsRecorded: MetricsRecorded) {
    super(env, 'processDuration', 'start', delivery.startedAt);
    this.#delivery = delivery;
    const active = activeContext();
    try {
      const { context, metrics, release } = start(env, this, delivery, active, metricsRecorded);
      this.context = context;
      this.#metrics = metrics;
      this.#release = release;
    } catch (error) {
      reportFailure('Tracing a delivery', error);
      this.context = active;
    }
  }

  /** Runs the handler, and ends when that settles. */
  runToEnd<R>(handler: () => R): R {
    const run = this.#withMiddleware(handler);
    return runIn(this.context, this.isObserved ? () => onSettled(run, this) : run);
  }

  run<R>(handler: () => R, done?: (failed: boolean) => void): R {
    const run = this.#withMiddleware(handler);
    if (done === undefined || !this.isObserved) return runIn(this.context, run);
    const observer = {
      succeeded: () => done(false),
      failed: (error: unknown) => {
        this.failed(error);
        done(true);
      },
    };
    return runIn(this.context, () => onSettled(run, observer));
  }

  /** The consume middleware and the handler, to be run in {@link context}. */
  #withMiddleware<R>(handler: () => R): () => R {
    const { middleware, adapter } = this.env;
    if (!middleware.consumes) return handler;
    const skipped = (name: string): void => {
      if (this.span !== undefined) addSkippedBy(this.span, name);
    };
    return () => middleware.consume(adapter.system, this.#delivery, handler, skipped);
  }

  override get isObserved(): boolean {
    return super.isObserved || this.#release !== undefined;
  }

  tell(attributes: Attributes): void {
    const { span } = this;
    if (span !== undefined) safely('Describing a message', () => addToldAttributes(span, attributes));
  }

  mayComeAgain(): void {
    const { span, env } = this;
    if (span === undefined || !this.ownsSpan) return;
    safely('Remembering an attempt', () => {
      for (const message of this.#delivery.messages) {
        const number = attemptNumber(message, env.attempts.previous(message)) ?? 1;
        env.attempts.remember(message, number, span.spanContext());
      }
    });
  }

  remember(failed: (error: unknown) => void): void {
    const observer = { succeeded: () => undefined, failed };
    this.#isRemembered = true;
    for (const message of this.#delivery.messages) {
      rememberReceived(message.native, {
        orderingKey: message.orderingKey,
        // Read now: what is remembered is cheaper to collect where it does not hold the message.
        name: messageName(message),
        process: (handler) => onSettled(handler, observer),
      });
    }
  }

  succeeded(): void {
    this.end();
  }

  failed(error: unknown): void {
    this.end({ error });
  }

  end(failure?: Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#isRemembered) for (const { native } of this.#delivery.messages) forgetReceived(native);
    try {
      this.#finish(failure);
    } catch (error) {
      reportFailure('Ending a delivery', error);
    }
  }

  #finish(seen: Failure | undefined): void {
    this.#release?.();
    const { span, env } = this;
    const failure = (span && notedFailure(span)) ?? seen;
    const delivery = this.#delivery;
    const outcome = delivery.outcomeOf && safely('Telling an outcome', () => delivery.outcomeOf?.(failure));
    if (outcome !== 'deferred' && outcome !== 'retry' && outcome !== 'unsettled') {
      for (const message of delivery.messages) env.flows.forget(message);
    }
    if (outcome !== undefined && span !== undefined && isRecording(span)) {
      safely('Recording an outcome', () => addOutcome(span, outcome));
    }
    if (failure !== undefined && outcome !== 'deferred') this.fail(failure.error);
    else if (outcome === 'failed' || outcome === 'dead-lettered') this.reject();
    if (span !== undefined && this.ownsSpan) env.misuse?.detached(span);
    this.finish((errorType) => this.#durationAttributes(errorType));
  }

  #durationAttributes(errorType: string | undefined): Attributes {
    const { adapter } = this.env;
    return (
      this.#metrics?.processAttributes(errorType) ??
      metricAttributes(adapter, adapter.operations.process, undefined, errorType)
    );
  }
}
