#!/bin/sh
# The process span that OpenTelemetry's instrumentation of Lambda makes for messages of SQS is not active in the handler, and ignores the
# traceparent that a message carries: it links to X-Ray's context alone, unless told otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/instrumentation-aws-lambda@0.76.0 @opentelemetry/instrumentation@0.300.0 \
  @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/context-async-hooks@3.1.0 @opentelemetry/core@3.1.0 >/dev/null 2>&1
cat >function.cjs <<'PROGRAM'
const { trace } = require('@opentelemetry/api');
exports.handler = async () => {
  trace.getTracer('application').startSpan('ship order').end();
};
PROGRAM
cat >program.cjs <<'PROGRAM'
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AwsLambdaInstrumentation } = require('@opentelemetry/instrumentation-aws-lambda');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(tracerProvider);
process.env.LAMBDA_TASK_ROOT = __dirname;
process.env._HANDLER = 'function.handler';
registerInstrumentations({ tracerProvider, instrumentations: [new AwsLambdaInstrumentation()] });

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const record = {
  messageId: 'm-1',
  body: 'one chair',
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
  messageAttributes: { traceparent: { stringValue: traceparent, dataType: 'String' } },
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:orders',
};
const lambda = { functionName: 'ship', invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:ship', awsRequestId: '1' };

require('./function.cjs')
  .handler({ Records: [record] }, lambda)
  .then(() => {
    const spans = exporter.getFinishedSpans();
    const named = (name) => spans.find((span) => span.name === name);
    const parent = (name) =>
      spans.find((span) => span.spanContext().spanId === named(name)?.parentSpanContext?.spanId)?.name ?? 'none';
    const links = named('process orders')?.links.length;
    const { instrumentationVersion: version } = new AwsLambdaInstrumentation();
    console.log(`@opentelemetry/instrumentation-aws-lambda ${version}`);
    console.log(`"process orders" is below "${parent('process orders')}", with ${links} links to the sender`);
    console.log(`"ship order", which the handler made, is below "${parent('ship order')}"`);
    process.exit(parent('process orders') === 'ship' && parent('ship order') === 'ship' && links === 0 ? 0 : 1);
  });
PROGRAM
node program.cjs
