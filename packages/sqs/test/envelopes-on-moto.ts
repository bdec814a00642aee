// A program: sends messages of a tenant through SNS and EventBridge of moto to queues, and shows what their handlers see of it. It installs
// moto from PyPI, which takes a minute, so no test runs it: node packages/sqs/test/envelopes-on-moto.ts
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { context, propagation, trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { startTestTelemetry } from '@waybill/testing';
import { processMessage, traceSqsClient } from '../src/index.ts';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'waybill-moto-'));
await using telemetry = await startTestTelemetry();
await run('python3', ['-m', 'venv', folder]);
const packages = ['moto[events,sns,sqs]==5.1.18', 'flask==3.1.2', 'flask-cors==6.0.1'];
await run(join(folder, 'bin/pip'), ['install', '--quiet', ...packages]);
const port = await freePort();
const moto = spawn(join(folder, 'bin/moto_server'), ['--port', `${port}`], { stdio: 'ignore' });
try {
  await answering();
  const config = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const results = [
    ['SNS, raw', undefined, (queue: Queue) => throughTopic(new SNSClient(config), queue, true)],
    ['SNS, not raw', 'sns', (queue: Queue) => throughTopic(new SNSClient(config), queue, false)],
    ['SNS, not raw, told apart', 'auto', (queue: Queue) => throughTopic(new SNSClient(config), queue, false)],
    ['EventBridge', 'eventbridge', (queue: Queue) => throughBus(new EventBridgeClient(config), queue)],
    ['EventBridge, told apart', 'auto', (queue: Queue) => throughBus(new EventBridgeClient(config), queue)],
    ['EventBridge, no rule', undefined, (queue: Queue) => throughBus(new EventBridgeClient(config), queue)],
  ] as const;
  for (const [title, envelope, send] of results) {
    const seen = await tenantAndRelation(new SQSClient(config), envelope, send);
    console.log(`${title}: ${JSON.stringify(seen)}`);
    const isSeen = seen.tenant === 'acme' && seen.relation === 'parent' && seen.sameTrace;
    if (isSeen === (title === 'EventBridge, no rule')) process.exitCode = 1;
  }
} finally {
  moto.kill();
  await rm(folder, { recursive: true, force: true });
}

interface Queue {
  readonly name: string;
  readonly arn: string;
}

/** What the handler of a message sees that a request of a tenant sent. */
async function tenantAndRelation(
  bare: SQSClient,
  envelope: 'sns' | 'eventbridge' | 'auto' | undefined,
  send: (queue: Queue) => Promise<unknown>,
) {
  telemetry.reset();
  const name = `orders-${Math.random().toString(36).slice(2)}`;
  const { QueueUrl } = await bare.send(new CreateQueueCommand({ QueueName: name }));
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await bare.send(asked);
  const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
  await context.with(propagation.setBaggage(context.active(), baggage), () =>
    trace.getTracer('shop').startActiveSpan('request', async (span) => {
      await send({ name, arn: String(Attributes?.QueueArn) });
      span.end();
    }),
  );
  const client = traceSqsClient(bare, createWaybill({ policy: { queues: { [name]: { envelope } } } }));
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  let tenant: string | undefined;
  await processMessage(Messages[0] ?? {}, () => {
    tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
  });
  const { attributes, traceId } = telemetry.spans.named(`process ${name}`).only;
  const sameTrace = traceId === telemetry.spans.named('request').only.traceId;
  return { tenant, sameTrace, relation: attributes['waybill.relation'] };
}

async function throughTopic(sns: SNSClient, { name, arn }: Queue, raw: boolean): Promise<void> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  const Attributes = { RawMessageDelivery: String(raw) };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes }));
  const MessageAttributes = Object.fromEntries(
    Object.entries(carrier()).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
  );
  await sns.send(new PublishCommand({ TopicArn, Message: 'one chair', MessageAttributes }));
}

async function throughBus(events: EventBridgeClient, { name, arn }: Queue): Promise<void> {
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify({ source: [name] }) }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: arn }] }));
  const Detail = JSON.stringify({ order: 1, ...carrier() });
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: name, DetailType: 'order placed', Detail }] }),
  );
}

/** The headers of the active context. */
function carrier(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/moto-api/`).catch(() => undefined);
    if (answer?.ok) return;
    if (moto.exitCode !== null) throw new Error(`moto_server ended with ${moto.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
