import { writeFile } from 'node:fs/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';

/** OpenTelemetry as an application sets it up, but that the spans stay in memory. */
export interface RecordedTelemetry {
  /** The spans that have ended, in the order of their start. */
  spans(): ReadableSpan[];
  stop(): Promise<void>;
}

/**
 * Starts OpenTelemetry. There are no metrics, no logs and no resource detectors, and no span leaves the process, unless it is told where to.
 *
 * @param otlp where the spans go, too: the URL of what receives OTLP over HTTP, such as `http://localhost:4318`, or a file, which they are
 * written into at the end, as a line of JSON.
 */
export function startOpenTelemetry(otlp?: string): RecordedTelemetry {
  const exporter = new InMemorySpanExporter();
  const isUrl = otlp?.startsWith('http') === true;
  const sdk = new NodeSDK({
    serviceName: 'waybill-demo',
    spanProcessors: [
      new SimpleSpanProcessor({ exporter }),
      ...(isUrl
        ? [new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${otlp}/v1/traces` }) })]
        : []),
    ],
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  sdk.start();
  return {
    spans: () => exporter.getFinishedSpans().toSorted((a, b) => startOf(a) - startOf(b)),
    async stop() {
      if (otlp !== undefined && !isUrl) {
        const line = JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? '';
        await writeFile(otlp, [line, '\n']);
      }
      await sdk.shutdown();
    },
  };
}

/** When a span started, in ms since the epoch. */
export function startOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
