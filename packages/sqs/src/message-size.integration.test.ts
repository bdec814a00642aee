import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { messageSize, mostBytes } from './message-size.ts';
import { traceSqsClient } from './trace-sqs-client.ts';

describe('the size of a message', () => {
  it('is that of its body and of the name, type and value of its attributes, in bytes of UTF-8', () => {
    const MessageAttributes = {
      ä: { DataType: 'String', StringValue: 'ö' },
      b: { DataType: 'Binary', BinaryValue: new Uint8Array(7) },
    };
    expect(messageSize({ MessageBody: '€', MessageAttributes })).toBe(3 + (2 + 6 + 2) + (1 + 6 + 7));
  });

  it('does not count what SQS will refuse', () => {
    const nonsense = { MessageBody: { text: 'one' }, MessageAttributes: { a: null, b: { StringValue: 5 } } };
    expect(messageSize(nonsense as never)).toBe(1);
  });
});

describe('tracing', () => {
  let server: { listen(options: object): Promise<string>; close(): Promise<unknown> };
  let endpoint: string;
  let bare: SQSClient;
  let QueueUrl: string | undefined;
  beforeAll(async () => {
    const { buildApp } = await import('fauxqs');
    server = buildApp({ logger: false });
    endpoint = await server.listen({ host: '127.0.0.1', port: 0 });
    bare = client();
    ({ QueueUrl } = await bare.send(new CreateQueueCommand({ QueueName: 'orders' })));
  });
  afterAll(async () => {
    bare.destroy();
    await server.close();
  });

  it('never grows a message over 1 MiB, and drops the traceparent last', async () => {
    const traceparent = 'traceparent'.length + 'String'.length + 55;
    const MessageBody = 'x'.repeat(mostBytes - traceparent - 3);
    await traced().send(new SendMessageCommand({ QueueUrl, MessageBody }));

    const [message] = await receive();
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['traceparent']);
    expect(messageSize({ MessageBody, MessageAttributes: message?.MessageAttributes })).toBe(mostBytes - 3);
  });

  it('does not change a message without room', async () => {
    await traced().send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(mostBytes) }));
    const [message] = await receive();
    expect(message?.MessageAttributes).toBeUndefined();
  });

  it('never grows a batch over 1 MiB in sum, and drops the traceparent of no entry for what another carries', async () => {
    const room = 100;
    const MessageBody = 'x'.repeat(mostBytes / 4 - room);
    const Entries = ['a', 'b', 'c', 'd'].map((Id) => ({ Id, MessageBody }));
    const { Failed = [] } = await traced().send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    expect(Failed).toEqual([]);
    const messages = await receive(4);
    const carried = messages.map(({ MessageAttributes }) => Object.keys(MessageAttributes ?? {}));
    expect(carried).toEqual(Array(4).fill(['traceparent']));
  });

  function client(): SQSClient {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return new SQSClient({ endpoint, region: 'us-east-1', credentials });
  }

  function traced(): SQSClient {
    return traceSqsClient(client(), createWaybill({ tracerProvider: new TracerProvider() }));
  }

  async function receive(count = 1): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) {
      const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] };
      const { Messages = [] } = await bare.send(new ReceiveMessageCommand(input));
      messages.push(...Messages);
    }
    return messages;
  }
});
