// An application in CommonJS, whose modules the automatic instrumentation of amqplib patches as they load.
const { randomUUID } = require('node:crypto');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AmqplibInstrumentation } = require('@opentelemetry/instrumentation-amqplib');
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
registerInstrumentations({ instrumentations: [new AmqplibInstrumentation()] });

const { connect } = require('amqplib');
const { createWaybill } = require('@waybill/core');
const { traceConnection } = require('@waybill/amqplib');

async function main() {
  const bare = await connect(process.env.WAYBILL_RABBITMQ_URL);
  const patched = (await bare.createChannel()).publish.__wrapped === true;
  const connection = traceConnection(bare, createWaybill());
  const queue = `other-instrumentation-${randomUUID()}`;
  for (const method of ['createChannel', 'createConfirmChannel']) {
    const channel = await connection[method]();
    await channel.assertQueue(queue);
    channel.sendToQueue(queue, Buffer.from('one'));
    await new Promise((resolve) => {
      channel.consume(queue, (message) => {
        if (message === null) return;
        channel.ack(message);
        setImmediate(resolve);
      });
    });
    await channel.deleteQueue(queue);
    await channel.close();
  }
  await connection.close();
  const spans = exporter
    .getFinishedSpans()
    .map((span) => [span.name.replace(queue, 'queue'), span.instrumentationScope.name]);
  console.log(JSON.stringify({ patched, spans, warnings }));
}

main();
