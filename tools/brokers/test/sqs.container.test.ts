import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Broker } from '../src/index.ts';
import { startBroker } from '../src/index.ts';

let broker: Broker;
let client: SQSClient;
const queueUrls: string[] = [];

beforeAll(async () => {
  broker = await startBroker('sqs');
  client = new SQSClient({
    endpoint: broker.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
});

afterAll(async () => {
  for (const QueueUrl of queueUrls) await client.send(new DeleteQueueCommand({ QueueUrl }));
  client.destroy();
  await broker.stop();
});

it('gives a sent message back with its attributes and the time it was sent', async () => {
  const queueUrl = await createQueue('orders');
  const before = Date.now();
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: 'an order',
      MessageAttributes: { tenant: { DataType: 'String', StringValue: 'acme' } },
    }),
  );

  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      WaitTimeSeconds: 5,
    }),
  );

  expect(Messages).toHaveLength(1);
  expect(Messages[0]?.Body).toBe('an order');
  expect(Messages[0]?.MessageAttributes?.tenant?.StringValue).toBe('acme');
  expect(Messages[0]?.Attributes?.ApproximateReceiveCount).toBe('1');
  expect(Number(Messages[0]?.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(before - 1000);
});

it('names a queue by the address that the client called', async () => {
  expect(new URL(await createQueue('addressed')).origin).toBe(new URL(broker.url).origin);
});

it('keeps the limits of SQS', async () => {
  const queueUrl = await createQueue('limited');
  const attributes = Array.from({ length: 11 }, (_, index) => [
    `attribute-${index}`,
    { DataType: 'String', StringValue: 'value' },
  ]);
  const send = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: 'too much',
    MessageAttributes: Object.fromEntries(attributes),
  });

  await expect(client.send(send)).rejects.toThrow();
});

async function createQueue(name: string): Promise<string> {
  const QueueName = `${name}-${randomUUID()}`;
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName }));
  queueUrls.push(QueueUrl);
  return QueueUrl;
}
