import type { Context } from '@opentelemetry/api';
import { report, safely } from '../../diag.ts';
import { runIn } from '../../ground/run-in.ts';
import { commonValue } from '../../ground/same-for-all.ts';
import { type Failure, onSettled, type SettledObserver } from '../../ground/settled.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import { metricAttributes } from '../../metrics/metric-attributes.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { OpenDelivery } from '../../seam/instrumenter.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import { errorType, failSpan, rejectSpan } from '../../spans/fail-span.ts';
import { awaitsEnd, endSpan, isRecording } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Processing } from './processing.ts';

/** A delivery between its arrival and its end. */
export class Handling implements OpenDelivery, SettledObserver<unknown> {
  readonly #env: Environment;
  readonly #delivery: Delivery;
  readonly #processing: Processing;
  readonly #instruments: Instruments | undefined;
  readonly #began: number;
  #ended = false;

  /** @param instruments those in force when it began; `undefined` where nothing records. */
  constructor(
    env: Environment,
    delivery: Delivery,
    processing: Processing,
    instruments: Instruments | undefined,
  ) {
    this.#env = env;
    this.#delivery = delivery;
    this.#processing = processing;
    this.#instruments = instruments;
    this.#began = instruments === undefined ? 0 : performance.now();
  }

  get context(): Context {
    return this.#processing.context;
  }

  /** Whether somebody is to be told how the delivery ends. */
  get isObserved(): boolean {
    const { span, release } = this.#processing;
    return awaitsEnd(span) || this.#instruments !== undefined || release !== undefined;
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

  /** Runs the consume middleware and the handler, in {@link context}. */
  handle<R>(handler: () => R): R {
    const { middleware, profile } = this.#env;
    if (!middleware.consumes) return handler();
    return middleware.consume(profile.system, this.#delivery, handler, (name) => {
      const { span } = this.#processing;
      if (isRecording(span)) span.setAttribute(attribute.skippedBy, name);
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
    try {
      this.#finish(failure);
    } catch (error) {
      report('Ending a delivery failed; messages are not affected', error);
    }
  }

  #finish(failure: Failure | undefined): void {
    const { span, borrowed, release } = this.#processing;
    release?.();
    const delivery = this.#delivery;
    const outcome = delivery.outcomeOf && safely('Telling an outcome', () => delivery.outcomeOf?.(failure));
    if (outcome !== 'deferred' && outcome !== 'retry' && outcome !== 'unsettled') {
      for (const message of delivery.messages) this.#env.flows.forget(message);
    }
    const failed = outcome === 'deferred' ? undefined : failure;
    const rejected = failed === undefined && (outcome === 'failed' || outcome === 'dead-lettered');
    if (outcome !== undefined && isRecording(span)) {
      safely('Recording an outcome', () => span.setAttribute(attribute.messageOutcome, outcome));
    }
    if (failed !== undefined) failSpan(span, failed.error);
    else if (rejected) rejectSpan(span);
    if (!borrowed) {
      endSpan(this.#processing);
      this.#env.ledger?.detached(span);
    }
    if (this.#instruments === undefined) return;
    const { messages } = this.#delivery;
    const { profile } = this.#env;
    const subject = commonValue(messages, (message) => message.subject);
    const error = rejected ? 'rejected' : failed && errorType(failed.error);
    const [first] = messages;
    this.#instruments.processDuration.record(
      (performance.now() - this.#began) / 1_000,
      first !== undefined && subject !== undefined && error === undefined
        ? this.#env.planFor(first).processMetrics
        : metricAttributes(profile, profile.operations.process, subject, error),
    );
  }
}
