import { randomUUID } from 'node:crypto';
import * as bareSdk from '@aws-sdk/client-sqs';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { Arrivals } from '../arrivals.ts';
import type { Client, Tracing } from '../client.ts';
import { patchedCopy } from '../patched-copy.ts';
import { handWrittenHandler, handWrittenReceive, handWrittenSend } from './hand-written.ts';
import { sqsStandIn } from './sqs-stand-in.ts';

/** The AWS SDK: `SendMessage`, `ReceiveMessage`, and a handler. */
export const sqs: Client = {
  name: 'sqs',
  module: '@aws-sdk/client-sqs',
  broker: 'sqs',

  async openStandIn(tracing) {
    const QueueUrl = 'http://127.0.0.1:1/000000000000/orders';
    const { send, receive, handle } = open(sqsStandIn(), QueueUrl, tracing, async () => undefined);
    return async () => {
      await send('one');
      for (const message of await receive({})) await handle(message);
    };
  },

  async openOnBroker(url, tracing) {
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    const config = { endpoint: url, region: 'us-east-1', credentials };
    const admin = new bareSdk.SQSClient(config);
    const create = new bareSdk.CreateQueueCommand({ QueueName: `bench-${randomUUID()}` });
    const { QueueUrl = '' } = await admin.send(create);
    const arrivals = new Arrivals();
    const { client, send, receive, handle } = open(config, QueueUrl, tracing, async ({ Body = '' }) =>
      arrivals.tell(Body),
    );
    let awake = false;
    const poll = async (): Promise<void> => {
      while (awake) {
        const messages = await receive({ MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
        for (const message of messages) await handle(message);
        const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        if (Entries.length === 0) continue;
        await client.send(new bareSdk.DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    };
    let polling: Promise<void> | undefined;
    return {
      async publishAndProcess() {
        const id = randomUUID();
        const processed = arrivals.of(id);
        await send(id);
        await processed;
      },
      resume() {
        awake = true;
        polling = poll();
      },
      async pause() {
        awake = false;
        await polling;
      },
      async close() {
        client.destroy();
        admin.destroy();
      },
    };
  },
};

interface Opened {
  readonly client: bareSdk.SQSClient;
  readonly send: (MessageBody: string) => Promise<unknown>;
  readonly receive: (options: object) => Promise<bareSdk.Message[]>;
  readonly handle: (message: bareSdk.Message) => Promise<void>;
}

function open(
  config: bareSdk.SQSClientConfig,
  QueueUrl: string,
  tracing: Tracing,
  handler: (message: bareSdk.Message) => Promise<void>,
): Opened {
  // The files of the SDK itself and of what it is made of.
  const paths = /[\\/](@aws-sdk|@smithy)[\\/]/;
  const sdk =
    tracing.by === 'contrib'
      ? patchedCopy<typeof bareSdk>(new AwsInstrumentation(), '@aws-sdk/client-sqs', paths)
      : bareSdk;
  const client = new sdk.SQSClient(config);
  const receive = async (options: object) =>
    (await client.send(new sdk.ReceiveMessageCommand({ QueueUrl, ...options }))).Messages ?? [];
  const bare: Opened = {
    client,
    send: (MessageBody) => client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody })),
    receive,
    handle: handler,
  };
  if (tracing.by === 'hand-written') {
    const send = handWrittenSend(client, tracing.spans);
    return {
      ...bare,
      send: (MessageBody) => send({ QueueUrl, MessageBody }),
      receive: (options) => receive({ ...options, ...handWrittenReceive }),
      handle: handWrittenHandler(QueueUrl, handler, tracing.spans),
    };
  }
  if (tracing.by === 'waybill') {
    const { traceSqsClient, processMessage } = tracing.packages.sqs;
    traceSqsClient(client, tracing.waybill);
    return { ...bare, handle: (message) => processMessage(message, handler) };
  }
  return bare;
}
