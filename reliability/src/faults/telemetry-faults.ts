import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Fault } from './fault.ts';

/** What goes wrong behind the spans. The bare client has none: it is compared with its run without a fault. */
export const telemetryFaults: readonly Fault[] = [
  {
    name: 'exporter throws',
    about: 'The exporter throws, at the end of each span.',
    exporting: () => new SimpleSpanProcessor({ exporter: exporterThat(fail) }),
  },
  {
    name: 'exporter is slow',
    about: 'The exporter takes two seconds for each batch.',
    exporting: () =>
      inBatches(exporterThat((_spans, done) => void setTimeout(() => done({ code: 0 }), 2_000).unref())),
  },
  {
    name: 'exporter never answers',
    about: 'The exporter takes a batch and never says that it is done.',
    exporting: () => inBatches(exporterThat(() => undefined)),
  },
  {
    name: 'collector down',
    about: 'No collector listens where the OTLP exporter sends.',
    exporting: ({ down }) => inBatches(new OTLPTraceExporter({ url: down })),
  },
  {
    name: 'collector answers 500',
    about: 'The OTLP exporter gets the status 500 for each batch.',
    exporting: ({ failing }) => inBatches(new OTLPTraceExporter({ url: failing })),
  },
  {
    name: 'SDK shut down',
    about: 'The tracer provider and the meter provider are shut down in the middle.',
    strikes: [0.4],
    strikeInside: (telemetry) => void telemetry?.shutdown(),
  },
];

function exporterThat(exports: SpanExporter['export']): SpanExporter {
  return { export: exports, forceFlush: async () => undefined, shutdown: async () => undefined };
}

/** The queue of spans stays small, so growth of Waybill's own memory would show. */
function inBatches(exporter: SpanExporter): BatchSpanProcessor {
  return new BatchSpanProcessor({ exporter, scheduledDelayMillis: 500, maxQueueSize: 512 });
}

function fail(): never {
  throw new Error('The exporter throws.');
}
