import type { ContextManager, MeterProvider, TracerProvider } from '@opentelemetry/api';

/** What the suite needs of an OpenTelemetry SDK, of the 2.x line or of 3.x. */
export interface OpenTelemetrySdk {
  tracerProvider(options: {
    spanProcessors: readonly object[];
    sampler?: object | undefined;
  }): TracerProvider;
  /** A span processor that hands each span to an exporter. */
  exportingTo(exporter: object): object;
  contextManager(): ContextManager;
  meter(): { readonly provider: MeterProvider; collect(): Promise<RecordedMetric[]> };
}

/** A metric with its data points, as far as scenarios look at it. */
export interface RecordedMetric {
  readonly descriptor: { readonly name: string; readonly unit: string };
  readonly dataPoints: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly value: unknown;
  }[];
}

/**
 * The SDK that is installed beside the suite: `@opentelemetry/sdk-trace` of 3.x if it is there, otherwise
 * `@opentelemetry/sdk-trace-base` of 2.x.
 *
 * @throws when neither is installed.
 */
export async function installedSdk(): Promise<OpenTelemetrySdk> {
  const [trace, contexts, metrics] = await Promise.all([
    importFirst(['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base']),
    importFirst(['@opentelemetry/context-async-hooks']),
    importFirst(['@opentelemetry/sdk-metrics']),
  ]);
  const TracerProviderClass = trace.TracerProvider ?? trace.BasicTracerProvider;
  return {
    tracerProvider: (options) => construct<TracerProvider>(TracerProviderClass, options),
    exportingTo: (exporter) =>
      construct<object>(trace.SimpleSpanProcessor, trace.TracerProvider ? { exporter } : exporter),
    contextManager: () => construct<ContextManager>(contexts.AsyncLocalStorageContextManager),
    meter() {
      const exporter = construct<MetricExporter>(metrics.InMemoryMetricExporter, cumulative);
      const reader = construct<MetricReader>(metrics.PeriodicExportingMetricReader, {
        exporter,
        exportIntervalMillis: 3_600_000,
      });
      return {
        provider: construct<MeterProvider>(metrics.MeterProvider, { readers: [reader] }),
        async collect() {
          await reader.forceFlush();
          const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
          return scopes.flatMap((scope) => scope.metrics);
        },
      };
    },
  };
}

const cumulative = 1;

interface MetricReader {
  forceFlush(): Promise<void>;
}

interface MetricExporter {
  getMetrics(): { readonly scopeMetrics: readonly { readonly metrics: RecordedMetric[] }[] }[];
}

async function importFirst(names: readonly string[]): Promise<Record<string, unknown>> {
  for (const name of names) {
    try {
      return (await import(name)) as Record<string, unknown>;
    } catch (error) {
      if ((error as { code?: unknown }).code === undefined) throw error;
    }
  }
  throw new Error(`The conformance suite needs ${names.join(' or ')}. Install it beside @waybill/testing.`);
}

function construct<T>(type: unknown, ...options: unknown[]): T {
  return new (type as new (...options: unknown[]) => T)(...options);
}
