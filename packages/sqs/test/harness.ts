import { randomUUID } from 'node:crypto';
import type {
  Message,
  MessageAttributeValue,
  SendMessageBatchRequest,
  SendMessageRequest,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as sdk from '@aws-sdk/client-sqs';
import { type Broker, startBroker } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestHandler,
  TestMessage,
} from '@waybill/testing/conformance';
import { processMessage, traceSqsClient } from '../src/index.ts';

/** SQS for the conformance suite. */
export const harness: AdapterHarness = sqsHarness(sdk, 'sqs');

/** Hands the messages of a queue to a handler until it is stopped. */
export type Consumer = (
  release: typeof sdk,
  clients: { readonly traced: SQSClient; readonly bare: SQSClient },
  queue: { readonly name: string; readonly url: string },
  handler: TestHandler,
  signal: AbortSignal,
  waybill: Waybill | undefined,
) => Promise<void>;

/** SQS for the conformance suite, reached with any release of the SDK, and consumed in any way. */
export function sqsHarness(release: typeof sdk, name: string, consume: Consumer = poll): AdapterHarness {
  let broker: Broker | undefined;
  const urls = new Map<string, string>();

  function client(): SQSClient {
    if (broker === undefined) throw new Error('The harness was not started.');
    return new release.SQSClient({
      endpoint: broker.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }

  function queueUrl(queue: string): string {
    return urls.get(queue) ?? `${broker?.url}/000000000000/${queue}`;
  }

  return {
    broker: name,
    system: 'aws.sqs',
    excused: {
      'a batch is a root that links to every message once':
        'the SDK hands messages to no handler: ReceiveMessage returns them, and processMessage takes them one by one',
    },
    refusedQueue: 'no-such-queue',

    // An attribute has one value, which is not empty, and a message has ten attributes.
    carries(headers) {
      const names = new Set(headers.map(([header]) => header));
      return (
        names.size === headers.length && headers.length <= 10 && headers.every(([, value]) => value !== '')
      );
    },

    async start() {
      broker = await startBroker('sqs');
    },

    async stop() {
      if (broker === undefined) return;
      const sqs = client();
      for (const QueueUrl of urls.values()) await sqs.send(new release.DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
      await broker.stop();
    },

    async createQueue() {
      const QueueName = `conformance-${randomUUID()}`;
      const { QueueUrl } = await client().send(new release.CreateQueueCommand({ QueueName }));
      urls.set(QueueName, String(QueueUrl));
      return QueueName;
    },

    async connect(waybill) {
      const bare = client();
      const sqs = waybill === undefined ? bare : traceSqsClient(client(), waybill);
      const stopping = new AbortController();
      const loops: Promise<void>[] = [];
      const connection: AdapterConnection = {
        request: (queue, messages) => request(queueUrl(queue), messages),
        publish: (input) =>
          'Entries' in input
            ? sqs.send(new release.SendMessageBatchCommand(input as SendMessageBatchRequest))
            : sqs.send(new release.SendMessageCommand(input as SendMessageRequest)),
        async consume(queue, handler) {
          const source = { name: queue, url: queueUrl(queue) };
          loops.push(consume(release, { traced: sqs, bare }, source, handler, stopping.signal, waybill));
        },
        async close() {
          stopping.abort();
          await Promise.all(loops);
          sqs.destroy();
          bare.destroy();
        },
      };
      return connection;
    },
  };
}

/** What an application does: receive, handle, delete; a message whose handler fails is shown again at once. */
async function poll(
  { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand }: typeof sdk,
  { traced: sqs }: Parameters<Consumer>[1],
  { url: QueueUrl }: Parameters<Consumer>[2],
  handler: TestHandler,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const receive = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await sqs.send(receive);
    await Promise.all(
      Messages.map(async (message) => {
        const { ReceiptHandle } = message;
        try {
          await processMessage(message, () => handler(delivered(message)));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        } catch {
          await sqs.send(
            new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
          );
        }
      }),
    );
  }
}

function request(
  QueueUrl: string,
  messages: readonly TestMessage[],
): SendMessageRequest | SendMessageBatchRequest {
  const [only, ...others] = messages.map(({ body, headers = {} }) => ({
    MessageBody: body,
    MessageAttributes: Object.fromEntries(
      Object.entries(headers).map(([name, value]): [string, MessageAttributeValue] => [
        name,
        typeof value === 'string'
          ? { DataType: 'String', StringValue: value }
          : { DataType: 'Binary', BinaryValue: Buffer.from(value as Uint8Array) },
      ]),
    ),
  }));
  if (only === undefined || others.length > 0) {
    const entries = only === undefined ? [] : [only, ...others];
    return { QueueUrl, Entries: entries.map((entry, index) => ({ Id: `${index}`, ...entry })) };
  }
  return { QueueUrl, ...only };
}

function delivered(message: Message): DeliveredMessage {
  return {
    body: message.Body ?? '',
    header: (name) => message.MessageAttributes?.[name]?.StringValue,
    native: message,
  };
}
