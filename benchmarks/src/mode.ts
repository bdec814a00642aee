import { type Context, context, metrics, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
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
  NoopSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** What an application has set up. */
export interface Mode {
  /** No SDK at all; spans that the sampler leaves out; spans that are recorded, and dropped by a processor that does nothing. */
  readonly tracing: 'no-sdk' | 'sampled-off' | 'recorded';

  /** Whether the metrics SDK is there, and collects every hour. */
  readonly metrics?: boolean;

  /** Whether there are two entries of baggage. */
  readonly baggage?: boolean;
}

/** The name of a mode in the names of rows. */
export function modeName({ tracing, metrics, baggage }: Mode): string {
  return [tracing, baggage && 'baggage', metrics && 'metrics'].filter(Boolean).join('+');
}

/** Sets up what a mode says, for the whole process. */
export function enterMode({ tracing, metrics: withMetrics, baggage }: Mode): Context {
  if (tracing === 'no-sdk') return ROOT_CONTEXT;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  const sampler = tracing === 'recorded' ? new AlwaysOnSampler() : new AlwaysOffSampler();
  trace.setGlobalTracerProvider(new TracerProvider({ sampler, spanProcessors: [new NoopSpanProcessor()] }));
  if (withMetrics) metrics.setGlobalMeterProvider(new MeterProvider({ readers: [hourly()] }));
  if (!baggage) return ROOT_CONTEXT;
  const entries = { 'tenant.id': { value: 'acme' }, 'user.id': { value: '1' } };
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
}

function hourly(): PeriodicExportingMetricReader {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
}
