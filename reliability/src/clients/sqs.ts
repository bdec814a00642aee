import { setTimeout } from 'node:timers/promises';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { processMessage, traceSqsClient } from '@waybill/sqs';
import type { Client, ClientSetup } from '../client.ts';

const polls = 2;
const batch = 10;

/** The AWS SDK's client, in a loop that receives, handles and deletes. */
export const client: Client = {
  name: 'sqs',
  broker: 'sqs',
  packages: ['@aws-sdk/client-sqs'],
  ordered: false,
  unsettled: polls * batch,
  struckErrors: /ECONN|EPIPE|TimeoutError|socket hang up/,

  async createQueue(url, queue) {
    const sdk = clientOf(url);
    await sdk.send(new CreateQueueCommand({ QueueName: queue, Attributes: { VisibilityTimeout: '4' } }));
    sdk.destroy();
  },

  async deleteQueue(url, queue) {
    const sdk = clientOf(url);
    await sdk.send(new DeleteQueueCommand({ QueueUrl: queueUrl(url, queue) }));
    sdk.destroy();
  },

  async produce({ url, queue, waybill }) {
    const sdk = tracedClient(url, waybill);
    const send = (QueueUrl: string, message: number): Promise<unknown> =>
      sdk.send(new SendMessageCommand({ QueueUrl, MessageBody: String(message) }));
    return {
      send: (message) => send(queueUrl(url, queue), message),
      refuse: (message) => send(queueUrl(url, 'no-such-queue'), message),
      close: async () => sdk.destroy(),
    };
  },

  async consume(setup, handle) {
    const sdk = tracedClient(setup.url, setup.waybill);
    const stopping = new AbortController();
    const loops = Array.from({ length: polls }, () => poll(sdk, setup, handle, stopping.signal));
    return {
      async close() {
        stopping.abort();
        await Promise.all(loops);
        sdk.destroy();
      },
    };
  },

  numberOf: (native) => Number((native as Message).Body),
};

async function poll(
  sdk: SQSClient,
  { url, queue, waybill, onError }: ClientSetup,
  handle: (message: number) => Promise<void>,
  stopping: AbortSignal,
): Promise<void> {
  const QueueUrl = queueUrl(url, queue);
  const work = ({ Body }: Message): Promise<void> => handle(Number(Body));
  while (!stopping.aborted) {
    try {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: batch, WaitTimeSeconds: 1 });
      const { Messages = [] } = await sdk.send(receive);
      const handled = await Promise.allSettled(
        // Asynchronous, so that middleware that throws at once rejects, as a handler would.
        Messages.map(async (message) =>
          waybill === undefined ? work(message) : processMessage(message, () => work(message)),
        ),
      );
      const done = Messages.filter((_, index) => handled[index]?.status === 'fulfilled');
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (Entries.length > 0) await sdk.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    } catch (error) {
      onError(error);
      await setTimeout(100);
    }
  }
}

function tracedClient(url: string, waybill: ClientSetup['waybill']): SQSClient {
  return waybill === undefined ? clientOf(url) : traceSqsClient(clientOf(url), waybill);
}

function clientOf(url: string): SQSClient {
  return new SQSClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
}

function queueUrl(url: string, queue: string): string {
  return `${url}/000000000000/${queue}`;
}
