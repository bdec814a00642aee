import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { WaybillError } from '@waybill/core';
import { recordSpans } from '../recorded-spans/record-spans.ts';
import type { RecordedSpans } from '../recorded-spans/recorded-spans.ts';
import { installedMeters, installedPropagator, installedSdk, type Meter } from './installed-sdk.ts';
import type { RecordedMetric } from './recorded-metric.ts';
import { registerGlobals } from './register-globals.ts';

/** What differs from test telemetry that records every span and no metric. */
export interface TestTelemetryOptions {
  /** Whether metrics are recorded. Needs `@opentelemetry/sdk-metrics`. Default `false`. */
  readonly metrics?: boolean | undefined;

  /** A sampler of the SDK. Default: every span is sampled. */
  readonly sampler?: object | undefined;

  /** Span processors of the SDK that run before the one that records. Default: none. */
  readonly spanProcessors?: readonly object[] | undefined;
}

/** OpenTelemetry for tests: what {@link startTestTelemetry} gives. */
export interface TestTelemetry extends AsyncDisposable {
  /** The spans that were recorded since the start or the last {@link reset}. */
  readonly spans: RecordedSpans;

  /** The global tracer provider while this runs. */
  readonly tracerProvider: TracerProvider;

  /** The global meter provider while this runs; `undefined` unless metrics are recorded. */
  readonly meterProvider: MeterProvider | undefined;

  /**
   * The metrics that were recorded since the start or the last {@link reset}.
   *
   * @throws when metrics are not recorded: `startTestTelemetry({ metrics: true })` records them.
   */
  metrics(): Promise<readonly RecordedMetric[]>;

  /** Forgets the spans and the metrics that were recorded so far. The spans are gone when this returns. */
  reset(): Promise<void>;

  /** Stops recording and puts the earlier globals back. A second call does nothing. */
  shutdown(): Promise<void>;
}

/**
 * Starts OpenTelemetry for tests and registers it globally: a context manager on `AsyncLocalStorage`, the W3C propagators, a
 * tracer provider whose spans are recorded and, if asked for, a meter provider. What was registered before is back after
 * {@link TestTelemetry.shutdown}.
 *
 * It uses the SDK that is installed, of 2.x or 3.x: `@opentelemetry/sdk-trace` or `@opentelemetry/sdk-trace-base`,
 * `@opentelemetry/context-async-hooks`, `@opentelemetry/core` and, for metrics, `@opentelemetry/sdk-metrics`.
 *
 * Start it once a test file and reset it between tests: a tracer that was taken from the API keeps its first provider.
 *
 * @throws an error that names the package to install when a part of the SDK is missing.
 *
 * @example
 * const telemetry = await startTestTelemetry({ metrics: true });
 * afterEach(() => telemetry.reset());
 * afterAll(() => telemetry.shutdown());
 *
 * it('handles an order in the trace that published it', async () => {
 *   const queue = traceQueue(new Queue('orders'), createWaybill());
 *   await queue.add('order', { id: 1 });
 *   const processed = await telemetry.spans.waitFor('process orders');
 *   processed.toBeChildOf(telemetry.spans.named('send orders'));
 *   const metrics = await telemetry.metrics();
 *   expect(metrics.map(({ name }) => name)).toContain('messaging.process.duration');
 * });
 *
 * @example
 * // In one test only.
 * await using telemetry = await startTestTelemetry();
 */
export async function startTestTelemetry(options: TestTelemetryOptions = {}): Promise<TestTelemetry> {
  const sdk = await installedSdk();
  const propagator = await installedPropagator();
  const meter = options.metrics === true ? (await installedMeters())() : undefined;
  const spans = recordSpans();
  const tracerProvider = sdk.tracerProvider({
    spanProcessors: [...(options.spanProcessors ?? []), spans],
    ...(options.sampler === undefined ? undefined : { sampler: options.sampler }),
  });
  const restoreGlobals = registerGlobals({
    contextManager: sdk.contextManager(),
    propagator,
    tracerProvider,
    meterProvider: meter?.provider,
  });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    restoreGlobals();
    await Promise.all([tracerProvider.shutdown(), meter?.provider.shutdown()]);
  };
  const shutdown = (): Promise<void> => {
    stopping ??= stop();
    return stopping;
  };
  return {
    spans,
    tracerProvider,
    meterProvider: meter?.provider,
    metrics: async () => collect(meter),
    async reset() {
      spans.clear();
      await meter?.forget();
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

function collect(meter: Meter | undefined): Promise<RecordedMetric[]> {
  if (meter === undefined) {
    throw new WaybillError(
      'WAYBILL_TESTING_NO_METRICS',
      'TestTelemetry.metrics: metrics are not recorded. Call startTestTelemetry({ metrics: true }).',
    );
  }
  return meter.collect();
}
