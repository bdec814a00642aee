import { type Context, context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { expectNoLeaks, type RecordedSpans, startTestTelemetry, type TestTelemetry } from '@waybill/testing';
import { createHandoff, type Handoff } from '../src/index.ts';

/** Recorded spans, a hand-off, and requests that hand work on. */
export class HandoffTestBed {
  readonly spans: RecordedSpans;
  readonly #telemetry: TestTelemetry;
  readonly #waybills: Waybill[] = [];

  private constructor(telemetry: TestTelemetry) {
    this.#telemetry = telemetry;
    this.spans = telemetry.spans;
  }

  static async open(): Promise<HandoffTestBed> {
    return new HandoffTestBed(await startTestTelemetry());
  }

  /** A hand-off whose spans are recorded here. */
  handoff(options: WaybillOptions = {}): Handoff {
    const waybill = createWaybill({ diagnose: true, ...options });
    if (options.diagnose !== false) this.#waybills.push(waybill);
    return createHandoff(waybill);
  }

  /** Runs in a span and with a tenant, as a handler of requests does, and ends the span. */
  request<R>(tenant: string, run: () => R): R {
    const span = trace.getTracer('application').startSpan(`request of ${tenant}`, { kind: SpanKind.SERVER });
    const baggage = propagation.createBaggage({ 'tenant.id': { value: tenant } });
    try {
      return context.with(propagation.setBaggage(trace.setSpan(context.active(), span), baggage), run);
    } finally {
      span.end();
    }
  }

  /** No mistakes with contexts were made. */
  async close(): Promise<void> {
    for (const waybill of this.#waybills) expectNoLeaks(waybill);
    await this.#telemetry.shutdown();
  }
}

/** The tenant in the baggage that is active. */
export function activeTenant(): string | undefined {
  return propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
}

/** Something that was started outside of all requests, and runs tasks outside of them, as a pool does. */
export class Pool {
  readonly #tasks: (() => unknown)[] = [];
  readonly #wake: () => void;
  readonly contexts: Context[] = [];
  #stopped = false;

  constructor() {
    let wake = (): void => undefined;
    this.#wake = () => wake();
    const loop = async (): Promise<void> => {
      while (!this.#stopped) {
        const task = this.#tasks.shift();
        if (task === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        try {
          await task();
        } catch {
          // A pool goes on.
        }
        this.contexts.push(context.active());
      }
    };
    loop();
  }

  add(task: () => unknown): void {
    this.#tasks.push(task);
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}
