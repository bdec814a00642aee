import type { ContextManager, MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { WaybillError } from '@waybill/core';
import { type RecordedMetric, readMetrics, type SdkMetric } from './recorded-metric.ts';

/** What is used of an OpenTelemetry SDK, of the 2.x line or of 3.x. */
export interface OpenTelemetrySdk {
  tracerProvider(options: {
    readonly spanProcessors: readonly object[];
    readonly sampler?: object | undefined;
  }): TracerProvider & Shutdown;

  /** A span processor that hands each span to an exporter. */
  exportingTo(exporter: object): object;
  contextManager(): ContextManager;
}

/** A meter provider whose metrics can be read. */
export interface Meter {
  readonly provider: MeterProvider & Shutdown;

  /** What was recorded since the start or the last {@link forget}. */
  collect(): Promise<RecordedMetric[]>;
  forget(): Promise<void>;
}

interface Shutdown {
  shutdown(): Promise<void>;
}

/**
 * The SDK that is installed beside this package: `@opentelemetry/sdk-trace` of 3.x if it is there, otherwise
 * `@opentelemetry/sdk-trace-base` of 2.x.
 *
 * @throws an error that names the package to install when one is missing.
 */
export async function installedSdk(): Promise<OpenTelemetrySdk> {
  const trace = await importFirst('@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base');
  const contexts = await importFirst('@opentelemetry/context-async-hooks');
  const TracerProviderClass = trace.TracerProvider ?? trace.BasicTracerProvider;
  return {
    tracerProvider: (options) => construct<TracerProvider & Shutdown>(TracerProviderClass, options),
    exportingTo: (exporter) =>
      construct<object>(trace.SimpleSpanProcessor, trace.TracerProvider ? { exporter } : exporter),
    contextManager: () => construct<ContextManager>(contexts.AsyncLocalStorageContextManager),
  };
}

/**
 * The installed propagators of `traceparent`, `tracestate` and `baggage`, as one.
 *
 * @throws an error that names the package when it is missing.
 */
export async function installedPropagator(): Promise<TextMapPropagator> {
  const core = await importFirst('@opentelemetry/core');
  const propagators = [construct(core.W3CTraceContextPropagator), construct(core.W3CBaggagePropagator)];
  return construct(core.CompositePropagator, { propagators });
}

/**
 * Makes meters with the SDK for metrics that is installed beside this package.
 *
 * @throws an error that names the package when it is missing.
 */
export async function installedMeters(): Promise<() => Meter> {
  const metrics = await importFirst('@opentelemetry/sdk-metrics');
  return () => meter(metrics);
}

function meter(metrics: Record<string, unknown>): Meter {
  const exporter = construct<MetricExporter>(metrics.InMemoryMetricExporter, deltaTemporality);
  const reader = construct<MetricReader>(metrics.PeriodicExportingMetricReader, {
    exporter,
    exportIntervalMillis: 3_600_000,
  });
  return {
    provider: construct<MeterProvider & Shutdown>(metrics.MeterProvider, { readers: [reader] }),
    async collect() {
      await reader.forceFlush();
      const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
      return readMetrics(scopes.flatMap((scope) => scope.metrics));
    },
    async forget() {
      await reader.forceFlush();
      exporter.reset();
    },
  };
}

/** `AggregationTemporality.DELTA` of the SDK. */
const deltaTemporality = 0;

interface MetricReader {
  forceFlush(): Promise<void>;
}

interface MetricExporter {
  getMetrics(): { readonly scopeMetrics: readonly { readonly metrics: readonly SdkMetric[] }[] }[];
  reset(): void;
}

async function importFirst(...names: readonly string[]): Promise<Record<string, unknown>> {
  for (const name of names) {
    try {
      return (await import(name)) as Record<string, unknown>;
    } catch (error) {
      if ((error as { code?: unknown }).code === undefined) throw error;
    }
  }
  throw new WaybillError(
    'WAYBILL_TESTING_NO_SDK',
    `@waybill/testing: ${names.join(' or ')} is not installed. Add it to the devDependencies.`,
  );
}

function construct<T>(type: unknown, ...options: unknown[]): T {
  return new (type as new (...options: unknown[]) => T)(...options);
}
