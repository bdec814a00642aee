// An application in CommonJS, whose modules the automatic instrumentation of kafkajs patches as they load.
const { randomUUID } = require('node:crypto');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs');
const { context, diag, DiagLogLevel, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const warnings = [];
const log = {
  error() {},
  warn: (...parts) => warnings.push(parts.join(' ')),
  info() {},
  debug() {},
  verbose() {},
};
diag.setLogger(log, DiagLogLevel.WARN);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);
registerInstrumentations({ instrumentations: [new KafkaJsInstrumentation()] });

const { Kafka, logLevel } = require('kafkajs');
const { createWaybill } = require('@waybill/core');
const { traceConsumer, traceProducer } = require('@waybill/kafkajs');

async function main() {
  const waybill = createWaybill();
  const kafka = new Kafka({ brokers: process.env.WAYBILL_KAFKA_URL.split(','), logLevel: logLevel.NOTHING });
  const topic = `other-instrumentation-${randomUUID()}`;
  const bare = kafka.producer();
  const patched = bare.send.__wrapped === true;
  const producer = traceProducer(bare, waybill);
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'one' }] });
  const consumer = traceConsumer(kafka.consumer({ groupId: topic }), waybill);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise((resolve) => consumer.run({ eachMessage: async () => resolve() }));
  await consumer.disconnect();
  await producer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.deleteGroups([topic]);
  await admin.disconnect();
  const spans = exporter
    .getFinishedSpans()
    .map((span) => [span.name.replace(topic, 'topic'), span.instrumentationScope.name]);
  console.log(JSON.stringify({ patched, spans, warnings }));
}

main();
