// What an application loads first: an SDK that records, and a diag logger that keeps what is said.
const { context, diag, DiagLogLevel, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} = require('@opentelemetry/core');
const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const warnings = [];
const warn = (...parts) => warnings.push(parts.join(' '));
diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
const exporter = new InMemorySpanExporter();
const metricReader = new (class extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
})();
const spanProcessors = [new SimpleSpanProcessor({ exporter })];
if (process.env.SDK === 'NodeSDK') startNodeSdk();
else startProviders();

function startProviders() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
  const tracerProvider = new TracerProvider({ spanProcessors });
  // One of its own for the instrumentations, and none for anybody else.
  if (process.env.SDK !== 'registerInstrumentations') return trace.setGlobalTracerProvider(tracerProvider);
  const { registerInstrumentations } = require('@opentelemetry/instrumentation');
  const { WaybillInstrumentation } = require('@waybill/auto');
  const meterProvider = new MeterProvider({ readers: [metricReader] });
  registerInstrumentations({
    tracerProvider,
    meterProvider,
    instrumentations: [new WaybillInstrumentation()],
  });
}

function startNodeSdk() {
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  const { WaybillInstrumentation } = require('@waybill/auto');
  new NodeSDK({
    spanProcessors,
    instrumentations: [new WaybillInstrumentation()],
    // Nothing leaves the program, and no span waits for a resource that is still being detected.
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  }).start();
}

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

/** The names of what was measured. */
exports.measured = async () => {
  const { resourceMetrics } = await metricReader.collect();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.map(({ descriptor }) => descriptor.name),
  );
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
