import { DeleteMessageCommand, type Message, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { propagation } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { startTestTelemetry, type TestTelemetry } from '@waybill/testing';
import { type ConsumerOptions, traceConsumerOptions } from './sqs-consumer.ts';

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders';

describe('traced options of a consumer', () => {
  let telemetry: TestTelemetry;
  beforeEach(async () => {
    telemetry = await startTestTelemetry();
  });
  afterEach(() => telemetry.shutdown());

  const refusing = (message: Message): Promise<never> => Promise.reject(new RangeError(message.Body));

  it('have a handler that runs in the span and with the baggage of its message, and answers as it did', async () => {
    const given: unknown[] = [];
    const { handleMessage } = traceConsumerOptions(
      {
        queueUrl,
        handleMessage: async (message: Message) => {
          given.push(message, propagation.getActiveBaggage()?.getEntry('tenant.id')?.value);
          return message;
        },
      },
      createWaybill(),
    );
    const message = messageOf('a');

    expect(await handleMessage(message)).toBe(message);

    expect(given).toEqual([message, 'acme']);
    const span = telemetry.spans
      .named('process orders')
      .toHaveKind('CONSUMER')
      .toHaveSucceeded()
      .toHaveAttributes({ 'messaging.message.id': 'a', 'aws.sqs.queue.url': queueUrl });
    expect(span.only.traceId).toBe('a'.repeat(32));
  });

  it('have a handler whose failure is on its span, and reaches the consumer', async () => {
    const { handleMessage } = traceConsumerOptions({ queueUrl, handleMessage: refusing }, createWaybill());

    await expect(handleMessage(messageOf('a'))).rejects.toThrow('a');

    telemetry.spans.named('process orders').toHaveFailedWith('RangeError', 'a');
  });

  it('have a handler of batches that runs in a span that links to every message, and answers as it did', async () => {
    const given: unknown[] = [];
    const { handleMessageBatch } = traceConsumerOptions(
      {
        queueUrl,
        handleMessageBatch: async (messages: Message[]) => {
          given.push(messages);
          return messages;
        },
      },
      createWaybill(),
    );
    const messages = ['a', 'b'].map(messageOf);

    expect(await handleMessageBatch(messages)).toBe(messages);

    expect(given).toEqual([messages]);
    const span = telemetry.spans
      .named('process orders')
      .toBeRoot()
      .toHaveKind('CONSUMER')
      .toHaveAttributes({ 'messaging.batch.message_count': 2 });
    expect(span.only.links.map(({ traceId }) => traceId)).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
  });

  it('ask for what tracing needs beside what they ask for, and are otherwise as they were', () => {
    const options = {
      queueUrl: `${queueUrl}.fifo`,
      batchSize: 10,
      messageAttributeNames: ['color'],
      handleMessage: refusing,
    };

    const traced = traceConsumerOptions(options, createWaybill());

    const messageAttributeNames = expect.arrayContaining(['color', 'traceparent', 'baggage']);
    const messageSystemAttributeNames = [
      ...['SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader'],
      'MessageGroupId',
    ];
    expect(traced).toStrictEqual({
      ...options,
      messageAttributeNames,
      messageSystemAttributeNames,
      handleMessage: expect.any(Function),
    });
    expect(options.messageAttributeNames).toEqual(['color']);
  });

  it.each([
    ['attributeNames', 'VisibilityTimeout'],
    ['messageSystemAttributeNames', 'SenderId'],
  ])('ask by %s where they do so themselves, and by no other option', (name, own) => {
    const options = { queueUrl, handleMessageBatch: async (messages: Message[]) => messages, [name]: [own] };

    expect(traceConsumerOptions(options, createWaybill())).toStrictEqual({
      ...options,
      handleMessageBatch: expect.any(Function),
      messageAttributeNames: expect.arrayContaining(['traceparent']),
      [name]: [own, 'SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader'],
    });
  });

  it('have a client whose delete stands in the trace of its message', async () => {
    const sqs = answering();
    const options = { queueUrl, sqs, handleMessage: async (message: Message) => message };
    const traced = traceConsumerOptions(options, createWaybill());
    const message = messageOf('a');
    await traced.handleMessage(message);

    expect(traced.sqs).toBe(sqs);
    await traced.sqs.send(
      new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }),
    );

    telemetry.spans.named('delete orders').toBeChildOf(telemetry.spans.named('process orders'));
    sqs.destroy();
  });
});

describe('without an SDK', () => {
  it('the handlers are called with what they were given, and answer as they did', async () => {
    const options = {
      queueUrl,
      handleMessage: async (message: Message) => message,
      handleMessageBatch: async (messages: Message[]) => messages,
    };
    const traced = traceConsumerOptions(options, createWaybill());
    const message = messageOf('a');
    const messages = [message];

    expect(await traced.handleMessage(message)).toBe(message);
    expect(await traced.handleMessageBatch(messages)).toBe(messages);
  });
});

it.each<[string, ConsumerOptions, boolean]>([
  ['of a Waybill that is switched off', { queueUrl, handleMessage: async (message) => message }, false],
  ['whose queue has no URL', { queueUrl: '', handleMessage: async (message) => message }, true],
])('options %s are left as they are', (_which, options, enabled) => {
  expect(traceConsumerOptions(options, createWaybill({ policy: { enabled } }))).toBe(options);
});

describe('wrong use', () => {
  const handleMessage = async (message: Message): Promise<Message> => message;

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['an object', { handleMessage }],
    ['an object', { queueUrl, handleMessage: 'ship' }],
    ['an object', { queueUrl: new URL(queueUrl), handleMessageBatch: handleMessage }],
  ])('is told: %s are not options of a consumer', (what, given) => {
    expect(() => traceConsumerOptions(given as ConsumerOptions, createWaybill())).toThrow(
      expect.objectContaining({
        code: 'WAYBILL_INVALID_OPTION',
        message: `traceConsumerOptions: options: ${what} are not options of a consumer. Pass what Consumer.create takes: { queueUrl, handleMessage, … }. [WAYBILL_INVALID_OPTION]`,
      }),
    );
  });

  it('is told: undefined is not a Waybill', () => {
    expect(() => traceConsumerOptions({ queueUrl, handleMessage }, undefined as never)).toThrow(
      'traceConsumerOptions: undefined is not a Waybill. Pass what createWaybill() gives.',
    );
  });
});

/** A message with a context of its own, as the consumer receives it. */
function messageOf(id: string): Message {
  const headers = { traceparent: `00-${id.repeat(32)}-${'c'.repeat(16)}-01`, baggage: 'tenant.id=acme' };
  const attributes = Object.entries(headers).map(([name, StringValue]) => [
    name,
    { DataType: 'String', StringValue },
  ]);
  return {
    MessageId: id,
    ReceiptHandle: `receipt-${id}`,
    Body: id,
    MessageAttributes: Object.fromEntries(attributes),
  };
}

/** A client of an SQS that answers every call with nothing. */
function answering(): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ region: 'eu-west-1', credentials });
  client.middlewareStack.add(() => async () => ({ output: {} as never, response: undefined }), {
    step: 'build',
    name: 'answer',
  });
  return client;
}
