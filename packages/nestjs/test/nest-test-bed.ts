import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { context, diag, propagation, trace } from '@opentelemetry/api';
import type { Broker } from '@waybill/brokers';
import { type RecordedSpans, startTestTelemetry, type TestTelemetry } from '@waybill/testing';

/** A real broker, OpenTelemetry that records, and applications that are closed after each test. */
export class NestTestBed {
  readonly #broker: Broker;
  readonly #telemetry: TestTelemetry;
  readonly #applications: INestApplicationContext[] = [];
  readonly #warnings: string[] = [];

  private constructor(broker: Broker, telemetry: TestTelemetry) {
    this.#broker = broker;
    this.#telemetry = telemetry;
    const ignore = (): void => undefined;
    const warn = (...texts: unknown[]): void => void this.#warnings.push(texts.join(' '));
    diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore });
  }

  static async open(broker: Broker): Promise<NestTestBed> {
    return new NestTestBed(broker, await startTestTelemetry());
  }

  get spans(): RecordedSpans {
    return this.#telemetry.spans;
  }

  get url(): string {
    return this.#broker.url;
  }

  /** What `diag` has warned of. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** A name that no queue has. */
  name(): string {
    return `nest-${randomUUID()}`;
  }

  /** The names of the spans that have ended, in the order of their start, for each trace. */
  namesByTrace(): readonly string[][] {
    const spans = this.spans.each.all;
    return [...new Set(spans.map(({ traceId }) => traceId))].map((traceId) =>
      spans.filter((span) => span.traceId === traceId).map(({ name }) => name),
    );
  }

  /** Has an application closed after the test. */
  opened<A extends INestApplicationContext>(application: A): A {
    this.#applications.push(application);
    return application;
  }

  /** Closes the applications, and forgets their spans. */
  async reset(): Promise<void> {
    for (const application of this.#applications.splice(0).reverse()) await application.close();
    await this.#telemetry.reset();
    this.#warnings.length = 0;
  }

  async close(): Promise<void> {
    diag.disable();
    await this.#telemetry.shutdown();
    await this.#broker.stop();
  }
}

/** The tenant in the active baggage. */
export function activeTenant(): string | undefined {
  return propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
}

/** Calls in a span, as that of a request. */
export function request<R>(call: () => R): R {
  return trace.getTracer('test').startActiveSpan('POST /orders', (span) => {
    try {
      return call();
    } finally {
      span.end();
    }
  });
}

/** Runs as a service does that knows its tenant. */
export function asTenant<R>(id: string, run: () => R): R {
  const baggage = propagation.createBaggage({ 'tenant.id': { value: id } });
  return context.with(propagation.setBaggage(context.active(), baggage), run);
}
