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
  const trace = await importTrace();
  const contexts = await importContexts();
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
  const core = await importCore();
  const propagators = [construct(core.W3CTraceContextPropagator), construct(core.W3CBaggagePropagator)];
  return construct(core.CompositePropagator, { propagators });
}

/**
 * Makes meters with the SDK for metrics that is installed beside this package.
 *
 * @throws an error that names the package when it is missing.
 */
export async function installedMeters(): Promise<() => Meter> {
  const metrics = await importMetrics();
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

type Exports = Record<string, unknown>;

// Each import names its package and stands in a `try`, so bundlers find it, and only warn where it is not installed.

async function importTrace(): Promise<Exports> {
  try {
    return await import('@opentelemetry/sdk-trace');
  } catch (error) {
    throwUnlessMissing(error);
  }
  try {
    return await import('@opentelemetry/sdk-trace-base');
  } catch (error) {
    throw missing(error, '@opentelemetry/sdk-trace or @opentelemetry/sdk-trace-base');
  }
}

async function importContexts(): Promise<Exports> {
  try {
    return await import('@opentelemetry/context-async-hooks');
  } catch (error) {
    throw missing(error, '@opentelemetry/context-async-hooks');
  }
}

async function importCore(): Promise<Exports> {
  try {
    return await import('@opentelemetry/core');
  } catch (error) {
    throw missing(error, '@opentelemetry/core');
  }
}

async function importMetrics(): Promise<Exports> {
  try {
    return await import('@opentelemetry/sdk-metrics');
  } catch (error) {
    throw missing(error, '@opentelemetry/sdk-metrics');
  }
}

function missing(error: unknown, packages: string): WaybillError {
  throwUnlessMissing(error);
  return new WaybillError(
    'WAYBILL_TESTING_NO_SDK',
    `@waybill/testing: ${packages} is not installed. Add it to the devDependencies.`,
  );
}

/** Loaders give their errors a code; a package that is there and breaks does not. */
function throwUnlessMissing(error: unknown): void {
  if ((error as { code?: unknown }).code === undefined) throw error;
}

function construct<T>(type: unknown, ...options: unknown[]): T {
  return new (type as new (...options: unknown[]) => T)(...options);
}
