import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQS,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { processMessage, traceSqsClient } from '../src/index.ts';
import { inputsOf, receive, SqsTestBed } from './sqs-test-bed.ts';

const ours = [
  ...['traceparent', 'Traceparent', 'TraceParent', 'tracestate', 'Tracestate', 'TraceState'],
  ...['baggage', 'Baggage', 'waybill', 'Waybill'],
];
const system = ['SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader'];

let testBed: SqsTestBed;
let name: string;
let QueueUrl: string;
beforeAll(async () => {
  testBed = await SqsTestBed.openInProcess();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  ({ name, QueueUrl } = await testBed.queue());
  testBed.spans.clear();
});

describe('the client', () => {
  it('is the one that was passed in, of the same type', async () => {
    class Shop extends SQSClient {
      readonly shelf = 'a';
    }
    const shop = new Shop(testBed.config);
    expect(traceSqsClient(shop, createWaybill())).toBe(shop);
    expect(traceSqsClient(shop, createWaybill()).shelf).toBe('a');
    const aggregated = traceSqsClient(new SQS(testBed.config), waybill());
    await aggregated.sendMessage({ QueueUrl, MessageBody: 'one' });
    testBed.spans.named(`send ${name}`);
    shop.destroy();
    aggregated.destroy();
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined is not a client of @aws-sdk/client-sqs.'],
    [
      'a promise of one',
      Promise.resolve(),
      'a promise is not a client of @aws-sdk/client-sqs, but may become one. Await it first.',
    ],
    [
      'a command',
      new SendMessageCommand({ QueueUrl: 'orders', MessageBody: 'one' }).input,
      'an object is not a client of @aws-sdk/client-sqs: it has no method middlewareStack.add.',
    ],
  ])('cannot be %s', (_what, given, expected) => {
    expect(() => traceSqsClient(given as SQSClient, waybill())).toThrow(
      `traceSqsClient: ${expected} Pass what new SQSClient() gives.`,
    );
  });

  it('is not touched without a Waybill', () => {
    const client = testBed.bare();
    const before = client.middlewareStack.identify();
    expect(() => traceSqsClient(client, undefined as unknown as Waybill)).toThrow(
      'traceSqsClient: undefined is not a Waybill. Pass what createWaybill() gives.',
    );
    expect(client.middlewareStack.identify()).toEqual(before);
  });

  it('stays traced by the first of two Waybills', async () => {
    const later = recordSpans();
    const client = traceSqsClient(testBed.bare(), waybill());
    await traceSqsClient(client, waybill(later)).send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'one' }),
    );
    testBed.spans.named(`send ${name}`).toHaveCount(1);
    expect(later.each.all).toEqual([]);
  });

  it('stays traced by the first of two Waybills if the second one gets a decorator around it', async () => {
    const later = recordSpans();
    const client = traceSqsClient(testBed.bare(), waybill());
    traceSqsClient({ middlewareStack: client.middlewareStack }, waybill(later));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    testBed.spans.named(`send ${name}`).toHaveCount(1);
    expect(later.each.all).toEqual([]);
  });

  it('is traced with a cache of middleware, when it was wrapped before its first call', async () => {
    const client = traceSqsClient(testBed.bare({ cacheMiddleware: true }), waybill());
    for (const MessageBody of ['one', 'two']) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
    const [first, second] = await receive(testBed.bare(), QueueUrl, 2, { MessageAttributeNames: ['All'] });
    expect(first?.MessageAttributes?.traceparent?.StringValue).toBeDefined();
    expect(first?.MessageAttributes?.traceparent).not.toEqual(second?.MessageAttributes?.traceparent);
  });

  it('leaves the calls alone that carry no messages', async () => {
    const asked = new GetQueueUrlCommand({ QueueName: name });
    expect(await testBed.traced().send(asked)).toMatchObject({ QueueUrl });
    testBed.spans.each.toHaveCount(0);
  });
});

describe('what is sent', () => {
  it('gets a fresh context each time a command is sent again, and the command stays as it is', async () => {
    const input = Object.freeze({ QueueUrl, MessageBody: 'one', MessageAttributes: undefined });
    const command = new SendMessageCommand(input as never);
    const client = testBed.traced();
    await client.send(command);
    await client.send(command);

    expect(command.input).toBe(input);
    const messages = await receive(testBed.bare(), QueueUrl, 2, { MessageAttributeNames: ['All'] });
    const carried = messages.map(({ MessageAttributes }) => MessageAttributes?.traceparent?.StringValue);
    const sent = testBed.spans.named(`send ${name}`).all;
    expect(carried.map((traceparent) => traceparent?.split('-')[2]).sort()).toEqual(
      sent.map(({ spanId }) => spanId).sort(),
    );
  });

  it('may be an instance of a class', async () => {
    class Order {
      readonly Id = 'a';
      readonly QueueUrl = QueueUrl;
      readonly #text = 'one';
      get MessageBody(): string {
        return this.#text;
      }
    }
    const client = testBed.traced();
    await client.send(new SendMessageCommand(new Order()));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [new Order()] }));
    const messages = await receive(testBed.bare(), QueueUrl, 2, { MessageAttributeNames: ['All'] });
    expect(messages.map(({ Body }) => Body)).toEqual(['one', 'one']);
    expect(messages.every(({ MessageAttributes }) => MessageAttributes?.traceparent)).toBe(true);
  });

  it('never has more than ten attributes, also when middleware of the application adds some', async () => {
    const client = testBed.traced();
    client.middlewareStack.add(
      (next) => (args) => {
        const input = { ...args.input, MessageAttributes: attributes(9) };
        return next({ ...args, input });
      },
      { step: 'initialize', name: 'application' },
    );
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const [message] = await receive(testBed.bare(), QueueUrl, 1, { MessageAttributeNames: ['All'] });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(
      [...Object.keys(attributes(9)), 'traceparent'].sort(),
    );
  });

  it.each([
    ['message', () => new SendMessageCommand({ QueueUrl, MessageBody: 'one' })],
    ['batch', () => new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'one' }] })],
  ])('waits for middleware: a %s', async (_what, command) => {
    const shared = waybill();
    shared.use({
      async publish({ messages }, next) {
        await Promise.resolve();
        for (const { headers } of messages) headers.set('x-tenant', 'acme');
        return next();
      },
    });
    await traceSqsClient(testBed.bare(), shared).send(command() as SendMessageCommand);
    const [message] = await receive(testBed.bare(), QueueUrl, 1, { MessageAttributeNames: ['All'] });
    expect(message?.MessageAttributes).toMatchObject({ 'x-tenant': { StringValue: 'acme' } });
  });

  it('names the queue by its URL', async () => {
    await testBed.traced().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    testBed.spans.named(`send ${name}`).toHaveAttributes({
      'messaging.system.name': 'aws.sqs',
      'messaging.destination.name': name,
      'messaging.message.id': expect.any(String),
      'aws.sqs.queue.url': QueueUrl,
    });
  });
});

describe('what is received', () => {
  it.each([
    ['nothing', {}, { MessageAttributeNames: ours, MessageSystemAttributeNames: system }],
    [
      'some of ours and a prefix',
      { MessageAttributeNames: ['shop.*', 'traceparent'] },
      {
        MessageAttributeNames: ['shop.*', ...ours],
        MessageSystemAttributeNames: system,
      },
    ],
    [
      'every attribute',
      { MessageAttributeNames: ['.*'], MessageSystemAttributeNames: ['All'] },
      { MessageAttributeNames: ['.*'], MessageSystemAttributeNames: ['All'] },
    ],
    [
      'system attributes by the older parameter',
      { AttributeNames: ['SenderId'] },
      { MessageAttributeNames: ours, AttributeNames: ['SenderId', ...system] },
    ],
  ])('is asked for %s, and for what tracing needs', async (_, asked, expected) => {
    const client = testBed.traced();
    const inputs = inputsOf(client);
    await client.send(new ReceiveMessageCommand({ QueueUrl, ...(asked as object) }));
    expect(inputs).toEqual([{ QueueUrl, ...expected }]);
  });

  it('is asked for the headers of another propagator as its senders spell them, too', async () => {
    const fields = (): string[] => ['x-b3-traceid', 'x-b3-parentspanid', 'x-b3-sampled', 'uber-trace-id'];
    const propagator = { inject: () => undefined, extract: (active: Context) => active, fields };
    const tracerProvider = new TracerProvider();
    const client = traceSqsClient(testBed.bare(), createWaybill({ tracerProvider, propagator }));
    const inputs = inputsOf(client);
    await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(inputs).toMatchObject([
      {
        MessageAttributeNames: [
          ...['x-b3-traceid', 'X-B3-Traceid', 'X-B3-TraceId'],
          ...['x-b3-parentspanid', 'X-B3-Parentspanid', 'X-B3-ParentSpanId'],
          ...['x-b3-sampled', 'X-B3-Sampled', 'uber-trace-id', 'Uber-Trace-Id', 'waybill', 'Waybill'],
        ],
      },
    ]);
  });

  it('is asked for its group where the queue is a FIFO queue', async () => {
    const client = testBed.traced();
    const inputs = inputsOf(client);
    const fifo = await testBed.queue('orders.fifo', { FifoQueue: 'true' });
    await client.send(new ReceiveMessageCommand({ QueueUrl: fifo.QueueUrl }));
    expect(inputs).toMatchObject([{ MessageSystemAttributeNames: [...system, 'MessageGroupId'] }]);
  });

  it.each(['traceparent', 'Traceparent', 'TraceParent'])(
    'may carry its context in bytes and under the name %s',
    async (spelling) => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const BinaryValue = Buffer.from(traceparent);
      const MessageAttributes = { [spelling]: { DataType: 'Binary', BinaryValue } };
      await testBed.bare().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one', MessageAttributes }));
      const [message = {}] = await receive(testBed.traced(), QueueUrl, 1);
      await processMessage(message, () => undefined);
      expect(testBed.spans.named(`process ${name}`).only.parentSpanId).toBe('b7ad6b7169203331');
    },
  );
});

describe('what is settled', () => {
  it('is named by the call, and by the queue', async () => {
    const client = testBed.traced();
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const [message] = await receive(client, QueueUrl);
    const settled = { QueueUrl, ReceiptHandle: message?.ReceiptHandle };
    await client.send(new ChangeMessageVisibilityCommand({ ...settled, VisibilityTimeout: 30 }));
    await client.send(new DeleteMessageCommand(settled));
    for (const operation of ['change_visibility', 'delete']) {
      testBed.spans
        .named(`${operation} ${name}`)
        .toHaveKind('CLIENT')
        .toHaveSucceeded()
        .toHaveAttributes({ 'messaging.operation.type': 'settle', 'aws.sqs.queue.url': QueueUrl });
    }
  });

  it('goes on with the trace of the message that was handled; a batch links to each', async () => {
    const client = testBed.traced();
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const messages = await receive(client, QueueUrl, 3);
    for (const message of messages) await processMessage(message, () => undefined);
    const [one, ...others] = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: one?.ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: others }));

    const handled = testBed.spans.named(`process ${name}`).toHaveCount(3);
    const settled = testBed.spans.named(`delete ${name}`).toHaveCount(2);
    settled.at(0).toBeChildOf(handled.at(0)).toHaveAttributes({ 'messaging.batch.message_count': undefined });
    settled
      .at(1)
      .toHaveLinks(2)
      .toLinkTo(handled.at(1))
      .toLinkTo(handled.at(2))
      .toHaveAttributes({ 'messaging.batch.message_count': 2 });
  });
});

describe('the result of an entry of a batch', () => {
  const Entries = ['a', 'b', 'c', 'd', 'e'].map((Id) => ({ Id, MessageBody: Id, ReceiptHandle: Id }));

  it('is on the span of each sent message', async () => {
    const client = answering({
      Successful: [
        { Id: 'c', MessageId: 'third' },
        { Id: 'unheard-of', MessageId: 'none' },
        { Id: 'a', MessageId: 'first' },
      ],
      Failed: [
        { Id: 'b', Code: 'InternalError', Message: 'try later' },
        { Id: 'd', Code: 'InternalError' },
        { Id: 'e' },
      ],
    });
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    testBed.spans.named(`send ${name}`).toHaveAttributes({ 'messaging.batch.message_count': 5 });
    const created = testBed.spans.named(`create ${name}`).toHaveCount(5);
    created.at(0).toHaveSucceeded().toHaveAttributes({ 'messaging.message.id': 'first' });
    created.at(1).toHaveFailedWith('InternalError', 'try later');
    created.at(2).toHaveSucceeded().toHaveAttributes({ 'messaging.message.id': 'third' });
    created.at(3).toHaveFailedWith('InternalError', 'InternalError');
    created.at(4).toHaveFailedWith('EntryError', 'refused');
  });

  it('fails the span of the call that settles', async () => {
    const client = answering({ Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid', Message: 'too old' }] });
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));

    testBed.spans.named(`delete ${name}`).toHaveFailedWith('ReceiptHandleIsInvalid', 'too old');
  });

  it('may be missing', async () => {
    const answer = {};
    const client = answering(answer);
    expect(await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).toBe(answer);
    expect(await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).toBe(answer);

    testBed.spans.named(`create ${name}`).toHaveCount(5).each.toHaveSucceeded();
    testBed.spans.named(`delete ${name}`).toHaveSucceeded();
  });

  /** A traced client of an SQS that gives one answer. */
  function answering(output: object): SQSClient {
    const client = traceSqsClient(testBed.bare({ md5: false }), waybill());
    client.middlewareStack.add(() => async () => ({ output: output as never, response: undefined }), {
      step: 'build',
      name: 'answer',
    });
    return client;
  }
});

describe('an error', () => {
  it.each([
    ['SendMessage', () => new SendMessageCommand({ QueueUrl, MessageBody: 'one' }), 'send'],
    ['ReceiveMessage', () => new ReceiveMessageCommand({ QueueUrl }), 'receive'],
    ['DeleteMessage', () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'r' }), 'delete'],
  ])('of %s reaches the caller as the same object that the SDK throws', async (_, command, operation) => {
    const error = new SQSServiceException({
      name: 'QueueDoesNotExist',
      $fault: 'client',
      $metadata: {},
      message: 'gone',
    });
    const requestHandler = { handle: () => Promise.reject(error) };
    const client = traceSqsClient(
      testBed.bare({ requestHandler, maxAttempts: 1 }),
      waybill(testBed.spans, { receiveSpans: 'always' }),
    );
    await expect(client.send(command() as SendMessageCommand)).rejects.toBe(error);
    testBed.spans.named(`${operation} ${name}`).toHaveFailedWith('QueueDoesNotExist', 'gone');
  });

  it('reaches a callback', async () => {
    const command = new SendMessageCommand({ QueueUrl: `${QueueUrl}-missing`, MessageBody: 'one' });
    const error = await new Promise<Error>((resolve) => {
      testBed.traced().send(command, (failure: Error) => resolve(failure));
    });
    expect(error.name).toBe('QueueDoesNotExist');
    testBed.spans.named(`send ${name}-missing`).toHaveFailedWith('QueueDoesNotExist');
  });

  it('is that of the SDK when a call is aborted', async () => {
    const polling = new AbortController();
    const client = traceSqsClient(testBed.bare(), waybill(testBed.spans, { receiveSpans: 'always' }));
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const received = client.send(command, { abortSignal: polling.signal });
    polling.abort();
    await expect(received).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    testBed.spans.named(`receive ${name}`).toHaveFailedWith('AbortError');
  });
});

describe('input that SQS refuses', () => {
  it.each<[string, () => unknown]>([
    ['nothing', () => new SendMessageCommand(undefined as never)],
    ['no queue', () => new SendMessageCommand({ QueueUrl: undefined, MessageBody: 'one' })],
    ['a queue that is a number', () => new SendMessageCommand({ QueueUrl: 5 as never, MessageBody: 'one' })],
    ['no body', () => new SendMessageCommand({ QueueUrl, MessageBody: undefined })],
    ['a body without a text', () => send({ MessageBody: Object.create(null) })],
    ['an attribute that is text', () => send({ MessageAttributes: { a: 'one' } })],
    ['a number as the text of an attribute', () => send({ MessageAttributes: { a: { StringValue: 5 } } })],
    ['no entries', () => batch(undefined)],
    [
      'a batch for no queue',
      () => new SendMessageBatchCommand({ QueueUrl: undefined, Entries: [entry('a') as never] }),
    ],
    ['an empty batch', () => batch([])],
    ['entries that are not a list', () => batch('abc')],
    ['an entry that is null', () => batch([null])],
    ['two entries of one id', () => batch([entry('a'), entry('a')])],
    ['eleven entries', () => batch(Array.from({ length: 11 }, (_, index) => entry(`${index}`)))],
    ['names that are not a list', () => receiving({ MessageAttributeNames: 5 })],
    ['no receipt', () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle: undefined })],
    ['no receipts', () => new DeleteMessageBatchCommand({ QueueUrl, Entries: undefined })],
    ['a receipt that is null', () => new DeleteMessageBatchCommand({ QueueUrl, Entries: [null as never] })],
  ])('fails as with the bare client: %s', async (_, command) => {
    const outcomes = [];
    for (const client of [testBed.bare(), testBed.traced()]) {
      const outcome = await client.send(command() as SendMessageCommand).then(
        () => 'taken',
        ({ name: error, message }: Error) => `${error}: ${message}`,
      );
      outcomes.push(outcome);
    }
    expect(outcomes[1]).toBe(outcomes[0]);
  });

  const entry = (Id: string): object => ({ Id, MessageBody: Id });
  const send = (input: object): object =>
    new SendMessageCommand({ QueueUrl, MessageBody: 'one', ...input } as never);
  const batch = (Entries: unknown): object => new SendMessageBatchCommand({ QueueUrl, Entries } as never);
  const receiving = (input: object): object => new ReceiveMessageCommand({ QueueUrl, ...input } as never);
});

describe('without an SDK', () => {
  beforeAll(() => testBed.telemetry.shutdown());

  it('the input reaches the wire as the caller’s own object', async () => {
    const client = traceSqsClient(testBed.bare(), createWaybill());
    const inputs = inputsOf(client);
    const input = { QueueUrl, MessageBody: 'one', MessageAttributes: attributes(1) };
    await client.send(new SendMessageCommand(input));
    const asking = { QueueUrl };
    await client.send(new ReceiveMessageCommand(asking));
    expect(inputs[0]).toBe(input);
    expect(inputs[1]).toBe(asking);
  });
});

function attributes(count: number): Record<string, { DataType: string; StringValue: string }> {
  const names = Array.from({ length: count }, (_, index) => `own-${index}`);
  return Object.fromEntries(names.map((own) => [own, { DataType: 'String', StringValue: own }]));
}

function waybill(spans = testBed.spans, options: { readonly receiveSpans?: 'always' } = {}): Waybill {
  return createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }), ...options });
}
