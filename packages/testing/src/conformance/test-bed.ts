import { type Context, context, propagation, trace } from '@opentelemetry/api';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { expectNoLeaks } from '../expect-no-leaks.ts';
import { recordSpans } from '../recorded-spans/record-spans.ts';
import type { RecordedSpans } from '../recorded-spans/recorded-spans.ts';
import type { SpanSelection } from '../recorded-spans/span-selection.ts';
import type { Meter, OpenTelemetrySdk } from '../test-telemetry/installed-sdk.ts';
import type { RecordedMetric } from '../test-telemetry/recorded-metric.ts';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestHandler,
  TestMessage,
} from './adapter-harness.ts';

/** What a scenario may choose. */
export interface TestBedOptions extends Omit<WaybillOptions, 'tracerProvider' | 'meterProvider'> {
  readonly sampler?: object | undefined;
  readonly spanProcessors?: readonly object[] | undefined;
}

type Sdk = OpenTelemetrySdk & { meter(): Meter };

/** A bench for one scenario: a queue of its own, recorded spans and metrics, and connections that are closed afterwards. */
export class TestBed {
  readonly harness: AdapterHarness;
  readonly spans: RecordedSpans = recordSpans();
  readonly queue: string;
  readonly #sdk: Sdk;
  readonly #connections: AdapterConnection[] = [];
  readonly #waybills: Waybill[] = [];
  #collect: () => Promise<RecordedMetric[]> = async () => [];

  constructor(harness: AdapterHarness, sdk: Sdk, queue: string) {
    this.harness = harness;
    this.queue = queue;
    this.#sdk = sdk;
  }

  /** A Waybill whose spans and metrics are recorded here. */
  waybill({ sampler, spanProcessors = [], ...options }: TestBedOptions = {}): Waybill {
    const meter = this.#sdk.meter();
    this.#collect = meter.collect;
    const waybill = createWaybill({
      diagnose: true,
      ...options,
      tracerProvider: this.#sdk.tracerProvider({
        spanProcessors: [this.spans, ...spanProcessors],
        ...(sampler === undefined ? undefined : { sampler }),
      }),
      meterProvider: meter.provider,
    });
    this.#waybills.push(waybill);
    return waybill;
  }

  /** The spans of calls that published to a queue, that of the scenario unless another is named. */
  sent(queue: string = this.queue): SpanSelection {
    return this.spans.named(`${this.harness.send ?? 'send'} ${queue}`);
  }

  /** A span processor that hands each span to an exporter. */
  exportingTo(exporter: object): object {
    return this.#sdk.exportingTo(exporter);
  }

  /** A connection that is closed when the scenario is over. */
  connect(waybill?: Waybill): Promise<AdapterConnection>;

  /** A connection of the bare client. */
  connect(waybill: undefined, bare: 'bare'): Promise<AdapterConnection>;

  async connect(waybill: Waybill | undefined, bare?: 'bare'): Promise<AdapterConnection> {
    const connection = await this.harness.connect(
      bare === undefined ? (waybill ?? this.waybill()) : undefined,
    );
    this.#connections.push(connection);
    return connection;
  }

  /** Publishes messages to the queue of this scenario. */
  publish(connection: AdapterConnection, ...messages: TestMessage[]): Promise<unknown> {
    return connection.publish(connection.request(this.queue, messages));
  }

  /** Consumes until so many messages were handled; gives what the handler was given, in that order. */
  consume(connection: AdapterConnection, count: number, handler?: TestHandler): Promise<DeliveredMessage[]> {
    return this.consumeFrom(this.queue, connection, count, handler);
  }

  /** Consumes from another queue. */
  async consumeFrom(
    queue: string,
    connection: AdapterConnection,
    count: number,
    handler: TestHandler = () => undefined,
  ): Promise<DeliveredMessage[]> {
    const delivered: DeliveredMessage[] = [];
    await within(30_000, `${count} messages`, async (enough) => {
      await connection.consume(queue, (message) =>
        afterwards(
          () => handler(message),
          () => {
            delivered.push(message);
            if (delivered.length === count) enough();
          },
        ),
      );
    });
    return delivered;
  }

  /** Waits for the spans of handled messages. */
  processed(count = 1): ReturnType<RecordedSpans['waitFor']> {
    return this.spans.waitFor(`process ${this.queue}`, { count, timeout: 30_000 });
  }

  /** The metrics of the Waybill that was made last. */
  metrics(): Promise<RecordedMetric[]> {
    return this.#collect();
  }

  /** Runs something with a baggage entry. */
  withBaggage<R>(key: string, value: string, run: () => R): R {
    return context.with(contextWithBaggage(key, value), run);
  }

  /** Runs something inside a span of the application's own, which is recorded and ends when that is done. */
  async inSpan<R>(name: string, run: () => Promise<R>): Promise<R> {
    const provider = this.#sdk.tracerProvider({ spanProcessors: [this.spans] });
    const span = provider.getTracer('application').startSpan(name);
    try {
      return await context.with(trace.setSpan(context.active(), span), run);
    } finally {
      span.end();
    }
  }

  /** That no mistakes with contexts were made. */
  expectNoLeaks(): void {
    for (const waybill of this.#waybills) expectNoLeaks(waybill);
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    for (const connection of this.#connections.splice(0)) await connection.close();
  }
}

/** The value of a baggage entry that is active now. */
export function activeBaggage(key: string): string | undefined {
  return propagation.getActiveBaggage()?.getEntry(key)?.value;
}

/** Waits until `enough` is called. */
export async function within(
  timeout: number,
  what: string,
  run: (enough: () => void) => Promise<unknown>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Waited ${timeout} ms for ${what}.`)), timeout);
      run(resolve).catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Does something when a handler is done, and leaves a synchronous handler synchronous. */
function afterwards(handler: () => unknown, done: () => void): unknown {
  let result: unknown;
  try {
    result = handler();
  } catch (error) {
    done();
    throw error;
  }
  if (result instanceof Promise) return result.finally(done);
  done();
  return result;
}

function contextWithBaggage(key: string, value: string): Context {
  return propagation.setBaggage(context.active(), propagation.createBaggage({ [key]: { value } }));
}
