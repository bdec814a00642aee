import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';

/** OpenTelemetry as an application sets it up, but that the spans stay in memory. */
export interface RecordedTelemetry {
  /** The spans that have ended, in the order of their start. */
  spans(): ReadableSpan[];
  stop(): Promise<void>;
}

/** Starts OpenTelemetry. Nothing leaves the process: there are no metrics, no logs and no resource detectors. */
export function startOpenTelemetry(): RecordedTelemetry {
  const exporter = new InMemorySpanExporter();
  const sdk = new NodeSDK({
    serviceName: 'waybill-demo',
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  sdk.start();
  return {
    spans: () => exporter.getFinishedSpans().toSorted((a, b) => startOf(a) - startOf(b)),
    stop: () => sdk.shutdown(),
  };
}

/** When a span started, in ms since the epoch. */
export function startOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
