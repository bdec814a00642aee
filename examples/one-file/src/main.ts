// The SDK and Waybill are set up by one file, which OTEL_CONFIG_FILE names. The code says nothing of exporters, samplers or rules.
import { SQSClient } from '@aws-sdk/client-sqs';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { createWaybill } from '@waybill/core';
import { policyFromFile } from '@waybill/policy-file';
import { traceSqsClient } from '@waybill/sqs';
import { startFauxqs } from 'fauxqs';
import { sendAndHandle } from './shop.ts';

process.env.OTEL_CONFIG_FILE ??= new URL('../otel.yaml', import.meta.url).pathname;

const sdk = startNodeSdk();
const waybill = createWaybill({
  // What the application wants where the file says nothing.
  policy: { late: 'link' },
  policySource: policyFromFile({ watch: true }),
});

const server = await startFauxqs({ port: 0, logger: false });
const client = new SQSClient({
  endpoint: server.address,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'example', secretAccessKey: 'example' },
});
const sqs = traceSqsClient(client, waybill);

for (const queue of ['orders', 'partner-returns', 'audit']) {
  const { rule, consume } = waybill.explain(`sqs:${queue}`);
  const body = await sendAndHandle(sqs, queue);
  console.log(`${queue}: handled ${body}, by the rule ${rule}: ${consume.relation}`);
}

client.destroy();
await server.stop();
await sdk.shutdown();
