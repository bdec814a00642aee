import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AwsLambdaInstrumentation } from '@opentelemetry/instrumentation-aws-lambda';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { startBroker } from '@waybill/brokers';
import { createWaybill } from '@waybill/core';
import { traceSqsClient } from '@waybill/sqs';
import { recordSpans } from '@waybill/testing';
import { invokeOnce, type LambdaFunction } from './event-source-mapping.ts';
import { factsOf } from './record-facts.ts';

// What Lambda and its OpenTelemetry layer do before they load the function.
const spans = recordSpans();
const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(tracerProvider);
process.env.LAMBDA_TASK_ROOT = import.meta.dirname;
process.env._HANDLER = 'function.handler';
registerInstrumentations({ tracerProvider, instrumentations: [new AwsLambdaInstrumentation()] });
const { handler, shipped } = createRequire(import.meta.url)('./function.cjs') as {
  handler: LambdaFunction;
  shipped: { body: string; tenant: string | undefined }[];
};

const broker = await startBroker('sqs');
const clientConfig = {
  endpoint: broker.url,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'example', secretAccessKey: 'example' },
};
const bare = new SQSClient(clientConfig);
const shop = traceSqsClient(new SQSClient(clientConfig), createWaybill());
const { QueueUrl = '' } = await bare.send(new CreateQueueCommand({ QueueName: `orders-${randomUUID()}` }));

const orders = { chair: 'acme', piano: 'globex', lamp: 'acme' };
for (const [MessageBody, tenant] of Object.entries(orders)) {
  await trace.getTracer('shop').startActiveSpan(`POST /orders/${MessageBody}`, async (span) => {
    const baggage = propagation.createBaggage({ 'tenant.id': { value: tenant } });
    await context.with(propagation.setBaggage(context.active(), baggage), () =>
      shop.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    );
    span.end();
  });
}
for (let handled = 0; handled < Object.keys(orders).length; )
  handled += await invokeOnce(bare, QueueUrl, handler);

await bare.send(new DeleteQueueCommand({ QueueUrl }));
bare.destroy();
shop.destroy();
await broker.stop();

if (process.argv.includes('--json'))
  console.log(JSON.stringify({ records: factsOf(spans), shipped }, null, 2));
else console.log(spans.drawing);
