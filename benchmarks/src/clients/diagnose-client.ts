import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { JourneyAttributes, JourneySpan, JourneySpanKind } from '@waybill/journey';
import { diagnoseSpans } from '@waybill/journey/doctor';
import type { Tracing } from './client.ts';
import { clients } from './index.ts';
import { loadPackages } from './packages.ts';

// Run with the name of a client, who traces it, and how many messages a call has: it prints what the doctor finds in the spans. It is a
// process of its own, as an instrumentation patches modules when they are loaded.
const [name, by, messages] = process.argv.slice(2);

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

const client = clients.find((each) => each.name === name);
if (client === undefined) throw new Error(`There is no client ${name}.`);
const packages = await loadPackages();
const tracing: Tracing =
  by === 'contrib' ? { by } : { by: 'waybill', packages, waybill: packages.core.createWaybill() };
const step = await client.openStandIn(tracing, { messages: Number(messages) });
for (let turn = 0; turn < 20; turn++) await step();

const { spans, messages: seen, findings } = diagnoseSpans(exporter.getFinishedSpans().map(journeySpanOf));
console.log(JSON.stringify({ spans, messages: seen, findings }));

function journeySpanOf(span: ReadableSpan): JourneySpan {
  const { name, attributes, parentSpanContext, status, links } = span;
  const { traceId, spanId } = span.spanContext();
  const inMs = ([seconds, nanoseconds]: [number, number]): number => seconds * 1_000 + nanoseconds / 1e6;
  return {
    traceId,
    spanId,
    parentSpanId: parentSpanContext?.spanId,
    name,
    kind: SpanKind[span.kind] as JourneySpanKind,
    service: 'shop',
    scope: span.instrumentationScope.name,
    start: inMs(span.startTime),
    end: inMs(span.endTime),
    status: status.code === SpanStatusCode.ERROR ? 'ERROR' : 'UNSET',
    attributes: attributes as JourneyAttributes,
    links: links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      sampled: link.context.traceFlags === 1,
      attributes: (link.attributes ?? {}) as JourneyAttributes,
    })),
  };
}
