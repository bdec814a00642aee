import { afterEach } from '@jest/globals';
import { context, propagation, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  type Sampler,
  TracerProvider as SdkTracerProvider,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import {
  expectNoLeaks,
  MemoryBroker,
  type MemoryBrokerOptions,
  type MemoryMessage,
  type RecordedSpans,
  recordSpans,
  traceMemoryBroker,
} from '../src/index.ts';

context.setGlobalContextManager(new AsyncLocalStorageContextManager());

const waybills: Waybill[] = [];

/** No test makes a mistake with contexts. */
afterEach(() => {
  for (const waybill of waybills.splice(0)) expectNoLeaks(waybill);
});

export interface TracedBrokerOptions {
  readonly broker?: MemoryBrokerOptions;
  readonly waybill?: WaybillOptions;
  readonly sampler?: Sampler;

  /** Come before the one that records. */
  readonly spanProcessors?: SpanProcessor[];
}

export interface TracedBroker {
  readonly broker: MemoryBroker;
  readonly waybill: Waybill;
  readonly spans: RecordedSpans;
  readonly tracer: Tracer;
  readonly tracerProvider: TracerProvider;

  /** The time of the broker and of Waybill, in ms; it stands still but for a test that moves it. */
  readonly clock: { now: number };

  /** Publishes as somebody would who does not trace. */
  publishUntraced(queue: string, message: MemoryMessage): Promise<unknown>;

  /** Handles all that waits in a queue, and tells what each handler saw. */
  drain(queue: string): Promise<Seen[]>;

  /** The data of a metric, by its name. */
  metric(name: string): Promise<MetricData | undefined>;
}

/** What is there while a handler runs. */
export interface Seen {
  readonly body: unknown;
  readonly headers: MemoryMessage['headers'];
  readonly spanId: string | undefined;
  readonly baggage: Readonly<Record<string, string>>;
}

/** A traced broker, and all that is recorded of it. */
export function tracedBroker(options: TracedBrokerOptions = {}): TracedBroker {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const spans = recordSpans();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const tracerProvider = new SdkTracerProvider({
    spanProcessors: [...(options.spanProcessors ?? []), spans],
    ...(options.sampler && { sampler: options.sampler }),
  });
  const waybill = createWaybill({
    tracerProvider,
    meterProvider: new MeterProvider({ readers: [reader] }),
    clock: () => clock.now,
    diagnose: true,
    ...options.waybill,
  });
  waybills.push(waybill);
  const broker = traceMemoryBroker(new MemoryBroker({ clock: () => clock.now, ...options.broker }), waybill);
  return {
    broker,
    waybill,
    spans,
    clock,
    tracerProvider,
    tracer: tracerProvider.getTracer('shop'),
    publishUntraced: (queue, message) => MemoryBroker.prototype.publish.call(broker, queue, message),
    async drain(queue) {
      const seen: Seen[] = [];
      const subscription = broker.subscribe(queue, ({ body, headers }) => {
        seen.push({ body, headers, ...active() });
      });
      await broker.idle();
      subscription.close();
      return seen;
    },
    async metric(name) {
      await reader.forceFlush();
      const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
      return scopes.flatMap(({ metrics }) => metrics).find(({ descriptor }) => descriptor.name === name);
    },
  };
}

/** The span and the baggage that are active. */
export function active(): Pick<Seen, 'spanId' | 'baggage'> {
  const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
  return {
    spanId: trace.getActiveSpan()?.spanContext().spanId,
    baggage: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
  };
}

/** Runs something with baggage. */
export function withBaggage<R>(baggage: Readonly<Record<string, string>>, run: () => R): R {
  const entries = Object.entries(baggage).map(([key, value]) => [key, { value }]);
  return context.with(
    propagation.setBaggage(context.active(), propagation.createBaggage(Object.fromEntries(entries))),
    run,
  );
}
