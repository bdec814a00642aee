#!/bin/sh
# Sentry's instrumentations of message clients replace the W3C baggage that a program put into its message, in the program's own object.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @sentry/node@11.12.0 @aws-sdk/client-sqs@3.1169.0 fauxqs@2.4.1 >/dev/null 2>&1
cat >program.mjs <<'PROGRAM'
import * as Sentry from '@sentry/node';
const transport = () => ({ send: async () => ({}), flush: async () => true });
Sentry.init({ dsn: 'https://public@sentry.invalid/1', tracesSampleRate: 1, transport });
const { startFauxqs } = await import('fauxqs');
const { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
const server = await startFauxqs({ port: 0, logger: false });
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const sqs = new SQSClient({ endpoint: server.address, region: 'eu-west-1', credentials });
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
const MessageAttributes = { baggage: { DataType: 'String', StringValue: 'tenant.id=acme' } };
await Sentry.startSpan({ name: 'request' }, () =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one chair', MessageAttributes })),
);
const receive = { QueueUrl, MessageAttributeNames: ['All'] };
const { Messages } = await sqs.send(new ReceiveMessageCommand(receive));
const keys = (text) => text.split(',').map((member) => member.split('=')[0]);
const received = keys(Messages[0].MessageAttributes.baggage.StringValue);
const own = keys(MessageAttributes.baggage.StringValue);
console.log(`Sentry ${Sentry.SDK_VERSION}: sent with baggage tenant.id, received with ${received}; the program's own object has ${own}`);
const replaced = (all) => !all.includes('tenant.id') && all.includes('sentry-trace_id');
process.exit(replaced(received) && replaced(own) ? 0 : 1);
PROGRAM
node program.mjs
