import { context, diag, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  NoopSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Counter, type Tally } from '../comparison/tally.ts';

/** The OpenTelemetry SDK of a process, which counts the spans that are open. */
export class Telemetry {
  readonly #spans = new OpenSpans();
  readonly #tracerProvider: TracerProvider;
  readonly #meterProvider: MeterProvider;

  constructor(exporting: SpanProcessor = new NoopSpanProcessor()) {
    this.#tracerProvider = new TracerProvider({ spanProcessors: [this.#spans, exporting] });
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    this.#meterProvider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    });
    diag.setLogger({ ...silent, error: (text) => this.#spans.noteError(text) });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(this.#tracerProvider);
    metrics.setGlobalMeterProvider(this.#meterProvider);
  }

  /** Spans that have started and not ended, by name. */
  open(): Tally {
    return this.#spans.open();
  }

  /** How many spans have ended. */
  get ended(): number {
    return this.#spans.ended;
  }

  async shutdown(): Promise<void> {
    await Promise.all([this.#tracerProvider.shutdown(), this.#meterProvider.shutdown()]);
  }
}

class OpenSpans implements SpanProcessor {
  readonly #open = new Map<string, string>();
  ended = 0;

  onStart(span: ReadableSpan): void {
    this.#open.set(span.spanContext().spanId, span.name);
  }

  onEnd(span: ReadableSpan): void {
    this.ended += 1;
    this.#open.delete(span.spanContext().spanId);
  }

  open(): Tally {
    const counter = new Counter();
    // A queue has another name in each run.
    for (const name of this.#open.values()) counter.add(name.replace(/faults-\S+/, 'QUEUE'));
    return counter.tally();
  }

  /** The SDK reports only a second end in these words. */
  noteError(text: string): void {
    if (text.includes('end() on a span once')) this.#open.set(`${text} ${this.#open.size}`, 'ended twice');
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
