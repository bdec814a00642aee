// What an application loads first: an SDK that records, and a diag logger that keeps what is said.
const { context, diag, DiagLogLevel, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} = require('@opentelemetry/core');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const warnings = [];
const warn = (...parts) => warnings.push(parts.join(' '));
diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

/** Writes what was recorded, for the test that runs this program. */
exports.report = (more) => {
  const spans = exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    scope: span.instrumentationScope,
    context: span.spanContext(),
    parent: span.parentSpanContext,
    attributes: span.attributes,
    links: span.links.map(({ context: linked, attributes }) => ({ context: linked, attributes })),
    events: span.events.map(({ name, attributes }) => ({ name, attributes })),
    status: span.status,
  }));
  process.stdout.write(JSON.stringify({ spans, warnings, ...more }));
};

/** Runs in a span of the application's own. */
exports.inSpan = (name, run) =>
  trace.getTracer('application').startActiveSpan(name, async (span) => {
    try {
      return await run();
    } finally {
      span.end();
    }
  });
