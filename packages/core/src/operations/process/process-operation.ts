import type { Attributes, Context } from '@opentelemetry/api';
import { reportFailure, safely } from '../../diag.ts';
import { runIn } from '../../ground/run-in.ts';
import { type Failure, onSettled, type SettledObserver } from '../../ground/settled.ts';
import { attemptNumber } from '../../history/attempts.ts';
import { metricAttributes } from '../../metrics/metric-attributes.ts';
import type { QueueMetrics } from '../../metrics/queue-metrics.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { OpenDelivery } from '../../seam/instrumenter.ts';
import { notedFailure } from '../../spans/noted-failures.ts';
import { isRecording } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Operation } from '../operation.ts';
import { addOutcome, addSkippedBy, addToldAttributes } from '../span-attributes.ts';
import { forgetReceived, nameOf, rememberReceived } from './received-messages.ts';

/** How the processing of a delivery has started. */
export interface ProcessStart {
  /** What the handler runs in. */
  readonly context: Context;

  /** What metrics say of its messages; `undefined` where they come from several queues. */
  readonly metrics: QueueMetrics | undefined;

  /** Lets go of the messages of a batch. */
  readonly release?: (() => void) | undefined;
}

/** The processing of a delivery, from its start until its handler settles or its message is acknowledged. */
export class ProcessOperation implements OpenDelivery, SettledObserver<unknown> {
  readonly context: Context;

  readonly #env: Environment;
  readonly #delivery: Delivery;
  readonly #operation: Operation;
  readonly #metrics: QueueMetrics | undefined;
  readonly #release: (() => void) | undefined;
  #ended = false;
  #isRemembered = false;

  constructor(env: Environment, delivery: Delivery, operation: Operation, start: ProcessStart) {
    this.#env = env;
    this.#delivery = delivery;
    this.#operation = operation;
    this.context = start.context;
    this.#metrics = start.metrics;
    this.#release = start.release;
  }

  get isObserved(): boolean {
    return this.#operation.isObserved || this.#release !== undefined;
  }

  run<R>(handler: () => R, done?: (failed: boolean) => void): R {
    return runIn(this.context, () =>
      done !== undefined && this.isObserved
        ? onSettled(() => this.handle(handler), {
            succeeded: () => done(false),
            failed: (error) => {
              this.failed(error);
              done(true);
            },
          })
        : this.handle(handler),
    );
  }

  tell(attributes: Attributes): void {
    const { span } = this.#operation;
    if (span !== undefined) safely('Describing a message', () => addToldAttributes(span, attributes));
  }

  mayComeAgain(): void {
    const { span, ownsSpan } = this.#operation;
    if (span === undefined || !ownsSpan) return;
    safely('Remembering an attempt', () => {
      const { attempts } = this.#env;
      for (const message of this.#delivery.messages) {
        const number = attemptNumber(message, attempts.previous(message)) ?? 1;
        attempts.remember(message, number, span.spanContext());
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
        name: nameOf(message),
        process: (handler) => onSettled(handler, observer),
      });
    }
  }

  /** Runs the consume middleware and the handler, in {@link context}. */
  handle<R>(handler: () => R): R {
    const { middleware, adapter } = this.#env;
    if (!middleware.consumes) return handler();
    return middleware.consume(adapter.system, this.#delivery, handler, (name) => {
      const { span } = this.#operation;
      if (span !== undefined) addSkippedBy(span, name);
    });
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
    const { span } = this.#operation;
    const failure = (span && notedFailure(span)) ?? seen;
    const delivery = this.#delivery;
    const outcome = delivery.outcomeOf && safely('Telling an outcome', () => delivery.outcomeOf?.(failure));
    if (outcome !== 'deferred' && outcome !== 'retry' && outcome !== 'unsettled') {
      for (const message of delivery.messages) this.#env.flows.forget(message);
    }
    if (outcome !== undefined && span !== undefined && isRecording(span)) {
      safely('Recording an outcome', () => addOutcome(span, outcome));
    }
    if (failure !== undefined && outcome !== 'deferred') this.#operation.fail(failure.error);
    else if (outcome === 'failed' || outcome === 'dead-lettered') this.#operation.reject();
    if (span !== undefined && this.#operation.ownsSpan) this.#env.misuse?.detached(span);
    this.#operation.end((errorType) => this.#durationAttributes(errorType));
  }

  #durationAttributes(errorType: string | undefined): Attributes {
    const { adapter } = this.#env;
    const { process } = adapter.operations;
    const metrics = this.#metrics;
    if (metrics === undefined) return metricAttributes(adapter, process, undefined, errorType);
    return errorType === undefined ? metrics.processes : metrics.attributes(process, errorType);
  }
}
