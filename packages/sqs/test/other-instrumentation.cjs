// An application in CommonJS, whose modules the automatic instrumentation of the AWS SDK patches as they load.
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AwsInstrumentation } = require('@opentelemetry/instrumentation-aws-sdk');
const { context, diag, DiagLogLevel, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} = require('@opentelemetry/core');
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
const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
trace.setGlobalTracerProvider(tracerProvider);
registerInstrumentations({ instrumentations: [new AwsInstrumentation()] });

const sdk = require('@aws-sdk/client-sqs');
const { createWaybill } = require('@waybill/core');
const { processMessage, traceSqsClient } = require('@waybill/sqs');

async function main() {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = traceSqsClient(
    new sdk.SQSClient({ endpoint: process.env.SQS_ENDPOINT, region: 'us-east-1', credentials }),
    createWaybill(),
  );
  const { QueueUrl } = await sqs.send(new sdk.CreateQueueCommand({ QueueName: 'orders' }));
  await sqs.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  await sqs.send(
    new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'full', MessageAttributes: attributes(8) }),
  );
  const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
  await sqs.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }));
  for (let handled = 0; handled < 4; ) {
    const receive = new sdk.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(receive);
    for (const message of Messages) await processMessage(message, async () => undefined);
    handled += Messages.length;
  }
  const spans = exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    scope: span.instrumentationScope.name,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId,
  }));
  console.log(JSON.stringify({ spans, warnings }));
}

/** So many attributes that the instrumentation does not add its own. */
function attributes(count) {
  const names = Array.from({ length: count }, (_, index) => `own-${index}`);
  return Object.fromEntries(names.map((name) => [name, { DataType: 'String', StringValue: name }]));
}

main();
