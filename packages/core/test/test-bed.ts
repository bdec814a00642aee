import {
  type Span as ApiSpan,
  type Attributes,
  type ContextManager,
  context,
  DiagLogLevel,
  diag,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { instrumenterOf, misuseDetectorOf } from '../src/adapter.ts';
import { createWaybill, type Waybill, type WaybillOptions } from '../src/index.ts';
import type { AdapterInfo, Instrumenter } from '../src/seam/instrumenter.ts';

/** Everything that core needs around it, with a real SDK, and what came out of it. */
export interface TestBed {
  readonly waybill: Waybill;
  readonly instrumenter: Instrumenter;

  /** Every span that was started, in that order. */
  readonly spans: readonly ReadableSpan[];

  /** The only span of a name. */
  span(name: string): ReadableSpan;

  /** Runs a function inside a span of the application's own, and ends it. */
  within<R>(name: string, run: (span: ApiSpan) => R, options?: SpanOptions): R;

  /** What was recorded so far of one metric. */
  metric(name: string): Promise<Metric>;

  /** What was reported through `diag`. */
  readonly warnings: readonly string[];
}

/** A metric, its points summed up: the value of a counter, the count and the sum of a histogram. */
export interface Metric {
  readonly unit: string;
  readonly description: string;
  readonly points: readonly { readonly attributes: Attributes; readonly value: unknown }[];
}

/** What differs from an SDK that records everything. */
export interface TestBedSetup {
  readonly adapter?: Partial<AdapterInfo>;
  readonly sampler?: Sampler;
  readonly processors?: readonly SpanProcessor[];
  readonly contextManager?: ContextManager;
}

/** What an adapter tells of itself. */
export const fakeAdapter: AdapterInfo = {
  name: '@waybill/fake',
  version: '1.2.3',
  system: 'fake',
  operations: { send: 'send', receive: 'receive', process: 'process' },
  otherInstrumentation: 'Set OTEL_NODE_DISABLED_INSTRUMENTATIONS=fake.',
};

const waybills: Waybill[] = [];

/** No test makes a mistake with contexts. Some tests are programs of their own, without a test runner. */
(globalThis as { afterEach?: (check: () => void) => void }).afterEach?.(() => {
  const diagnostics = waybills
    .splice(0)
    .flatMap((waybill) => waybill[misuseDetectorOf]?.takeDiagnostics() ?? []);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
});

/** Sets up core with an SDK of its own. Only the context manager and the diag logger are global. */
export function setUp(options: WaybillOptions = {}, setup: TestBedSetup = {}): TestBed {
  context.disable();
  context.setGlobalContextManager(setup.contextManager ?? contextManager);
  const warnings = captureWarnings();
  const spans: ReadableSpan[] = [];
  const recorder = processor({ onStart: (span) => spans.push(span) });
  const tracerProvider = new TracerProvider({
    spanProcessors: [recorder, ...(setup.processors ?? [])],
    ...(setup.sampler && { sampler: setup.sampler }),
  });
  const reader = new ManualReader();
  const waybill = createWaybill({
    tracerProvider,
    meterProvider: new MeterProvider({ readers: [reader] }),
    diagnose: true,
    ...options,
  });
  waybills.push(waybill);
  return {
    waybill,
    instrumenter: instrumenterOf(waybill, { ...fakeAdapter, ...setup.adapter }),
    spans,
    warnings,
    span: (name) => theOnly(spans, name),
    within(name, run, spanOptions = {}) {
      const span = tracerProvider.getTracer('application').startSpan(name, spanOptions);
      try {
        return context.with(trace.setSpan(context.active(), span), () => run(span));
      } finally {
        span.end();
      }
    },
    metric: (name) => reader.read(name),
  };
}

/** A span processor that does what it is given, and nothing else. */
export function processor(hooks: Partial<SpanProcessor>): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
    ...hooks,
  };
}

const contextManager = new AsyncLocalStorageContextManager();

/** The warnings of `diag` from now on, filled as they come. */
export function captureWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  diag.setLogger(
    {
      error: ignore,
      info: ignore,
      debug: ignore,
      verbose: ignore,
      warn: (...parts) => warnings.push(parts.map(String).join(' ')),
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return warnings;
}

function theOnly(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const named = spans.filter((span) => span.name === name);
  const [only] = named;
  if (only === undefined || named.length > 1) {
    const all = spans.map((span) => span.name).join(', ');
    throw new Error(`${named.length} spans are named "${name}", of: ${all}`);
  }
  return only;
}

/** Reads metrics when it is asked to. */
export class ManualReader extends MetricReader {
  async read(name: string): Promise<Metric> {
    const { resourceMetrics } = await this.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const found = metrics.find(({ descriptor }) => descriptor.name === name);
    return {
      unit: found?.descriptor.unit ?? 'not recorded',
      description: found?.descriptor.description ?? 'not recorded',
      points: (found?.dataPoints ?? []).map(({ attributes, value }) => ({ attributes, value })),
    };
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
