#!/bin/sh
# OpenTelemetry's instrumentation of the AWS SDK writes the context into the caller's message attributes, and leaves it out where they are more
# than seven. So an input with seven of its own that is sent again goes out with the context of the first send.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/instrumentation-aws-sdk@0.79.0 @opentelemetry/instrumentation@0.301.1 \
  @opentelemetry/api@1.10.0 @opentelemetry/core@3.1.1 @opentelemetry/sdk-trace@3.1.1 @opentelemetry/context-async-hooks@3.1.1 \
  @aws-sdk/client-sqs@3.1169.0 fauxqs@2.4.1 >/dev/null 2>&1
cat >program.cjs <<'PROGRAM'
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = require('@opentelemetry/core');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AwsInstrumentation } = require('@opentelemetry/instrumentation-aws-sdk');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
trace.setGlobalTracerProvider(tracerProvider);
const instrumentation = new AwsInstrumentation();
registerInstrumentations({ tracerProvider, instrumentations: [instrumentation] });
const { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } = require('@aws-sdk/client-sqs');

async function main() {
  const { startFauxqs } = await import('fauxqs');
  const server = await startFauxqs({ port: 0, logger: false });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ endpoint: server.address, region: 'eu-west-1', credentials });

  async function sendTwice(count) {
    exporter.reset();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `orders-${count}` }));
    const own = Array.from({ length: count }, (_, index) => [`field-${index}`, { DataType: 'String', StringValue: 'x' }]);
    const input = { QueueUrl, MessageBody: 'one chair', MessageAttributes: Object.fromEntries(own) };
    await sqs.send(new SendMessageCommand(input));
    await sqs.send(new SendMessageCommand(input));
    const asked = { QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 };
    const { Messages } = await sqs.send(new ReceiveMessageCommand(asked));
    const sends = exporter.getFinishedSpans().filter(({ name }) => name === `orders-${count} send`);
    const carried = Messages.map(({ MessageAttributes }) => {
      const spanId = MessageAttributes.traceparent?.StringValue.split('-')[2];
      return spanId === undefined ? 'no context' : `send ${sends.findIndex((span) => span.spanContext().spanId === spanId) + 1}`;
    });
    return carried.sort().join(', ');
  }

  const seen = {};
  for (const count of [6, 7, 8]) seen[count] = await sendTwice(count);
  console.log(`@opentelemetry/instrumentation-aws-sdk ${instrumentation.instrumentationVersion}, the same input sent twice`);
  for (const [count, contexts] of Object.entries(seen)) console.log(`${count} attributes of its own: the messages carry ${contexts}`);
  process.exit(seen[6] === 'send 1, send 2' && seen[7] === 'send 1, send 1' && seen[8] === 'no context, no context' ? 0 : 1);
}
main();
PROGRAM
node program.cjs
