import {
  type Context,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** What an application has set up. */
export interface Mode {
  /** No SDK at all; spans that the sampler leaves out; spans that are recorded, and dropped when they end. */
  readonly tracing: 'no-sdk' | 'sampled-off' | 'recorded';

  /** Whether the metrics SDK is there, and collects every hour. */
  readonly metrics?: boolean;

  /** Whether there are two entries of baggage. */
  readonly baggage?: boolean;

  /** Whether messages are published in a trace that is not sampled, as in a request that was not. Default: outside of any trace. */
  readonly inUnsampledTrace?: boolean;
}

/** The name of a mode in the names of rows. */
export function modeName({ tracing, metrics, baggage, inUnsampledTrace }: Mode): string {
  return [tracing, baggage && 'baggage', metrics && 'metrics', inUnsampledTrace && 'unsampled-trace']
    .filter(Boolean)
    .join('+');
}

/** Sets up what a mode says, for the whole process, and returns the context that messages are published in. */
export function enterMode(
  { tracing, metrics: withMetrics, baggage, inUnsampledTrace }: Mode,
  spanProcessor: SpanProcessor,
): Context {
  if (tracing === 'no-sdk') return ROOT_CONTEXT;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  const sampler = tracing === 'recorded' ? new AlwaysOnSampler() : new AlwaysOffSampler();
  trace.setGlobalTracerProvider(new TracerProvider({ sampler, spanProcessors: [spanProcessor] }));
  if (withMetrics) metrics.setGlobalMeterProvider(new MeterProvider({ readers: [hourly()] }));
  const request = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
  const active = inUnsampledTrace ? trace.setSpanContext(ROOT_CONTEXT, request) : ROOT_CONTEXT;
  if (!baggage) return active;
  const entries = { 'tenant.id': { value: 'acme' }, 'user.id': { value: '1' } };
  return propagation.setBaggage(active, propagation.createBaggage(entries));
}

/** Takes down what a mode has set up. Who has a tracer already keeps it. */
export function leaveMode(): void {
  for (const api of [context, propagation, trace, metrics]) api.disable();
}

/** Batches spans as applications do, for an exporter that drops them. */
export function batchedAndDropped(): SpanProcessor {
  const exporter = {
    export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  return new BatchSpanProcessor({ exporter });
}

function hourly(): PeriodicExportingMetricReader {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
}
