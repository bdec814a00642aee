import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQS,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { processMessage, processMessages, settleMessages, traceSqsClient } from '../src/index.ts';
import { handleOne, inputsOf, receive, SqsTestBed } from './sqs-test-bed.ts';

let testBed: SqsTestBed;
beforeAll(async () => {
  testBed = await SqsTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());

describe('sending', () => {
  it('gives every entry of a batch a span below the span of the call, and marks the one that failed', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    failEntry(sqs, 'b');
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    const { Failed, Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    expect(Failed).toHaveLength(1);
    const [first, third] = Successful ?? [];
    const call = testBed.spans
      .named(`send ${name}`)
      .toHaveKind('CLIENT')
      .toBeRoot()
      .toHaveAttributes({ 'messaging.batch.message_count': 3 });
    const created = testBed.spans.named(`create ${name}`).toHaveCount(3);
    created.each.toHaveKind('PRODUCER').toBeChildOf(call);
    created.at(0).toHaveSucceeded().toHaveAttributes({ 'messaging.message.id': first?.MessageId });
    created.at(1).toHaveFailedWith('InternalError', 'try later');
    created.at(2).toHaveSucceeded().toHaveAttributes({ 'messaging.message.id': third?.MessageId });
  });

  it('works with the aggregated client and its callbacks', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const waybill = createWaybill({
      tracerProvider: new TracerProvider({ spanProcessors: [testBed.spans] }),
    });
    const bare = new SQS(testBed.config);
    const sqs = traceSqsClient(bare, waybill);
    expect(sqs).toBe(bare);
    await sqs.sendMessage({ QueueUrl, MessageBody: 'one' });
    await new Promise<void>((resolve, reject) => {
      sqs.sendMessage({ QueueUrl, MessageBody: 'two' }, (error: unknown) =>
        error ? reject(error) : resolve(),
      );
    });
    testBed.spans.named(`send ${name}`).toHaveCount(2);
    sqs.destroy();
  });

  it('is traced once when the client is wrapped twice', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const waybill = createWaybill({
      tracerProvider: new TracerProvider({ spanProcessors: [testBed.spans] }),
    });
    const sqs = traceSqsClient(traceSqsClient(testBed.bare(), waybill), waybill);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    testBed.spans.named(`send ${name}`).toHaveCount(1);
  });
});

describe('receiving', () => {
  it('makes no span for an empty poll, nor outside another span', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    const ambient = new TracerProvider().getTracer('test').startSpan('loop');
    await context.with(trace.setSpan(context.active(), ambient), () =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl })),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await receive(sqs, QueueUrl);
    testBed.spans.named(`receive ${name}`).toHaveCount(0);
  });

  it('makes a span inside another one that links to what came', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const loop = new TracerProvider({ spanProcessors: [testBed.spans] }).getTracer('test').startSpan('loop');
    await context.with(trace.setSpan(context.active(), loop), () => receive(sqs, QueueUrl));
    loop.end();
    testBed.spans
      .named(`receive ${name}`)
      .toHaveKind('CLIENT')
      .toBeChildOf(testBed.spans.named('loop'))
      .toLinkTo(testBed.spans.named(`send ${name}`));
  });

  it('asks for what it needs and drops nothing of what the caller asked for', async () => {
    const { QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    const asked = inputsOf(sqs);
    const input = Object.freeze({
      QueueUrl,
      MessageAttributeNames: Object.freeze(['color']) as string[],
      MessageSystemAttributeNames: Object.freeze(['SenderId']) as 'SenderId'[],
    });
    await sqs.send(new ReceiveMessageCommand(input));
    await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], AttributeNames: ['All'] }),
    );

    expect(asked).toEqual([
      {
        QueueUrl,
        MessageAttributeNames: [
          'color',
          ...['traceparent', 'Traceparent', 'TraceParent', 'tracestate', 'Tracestate', 'TraceState'],
          ...['baggage', 'Baggage', 'waybill', 'Waybill'],
        ],
        MessageSystemAttributeNames: [
          'SenderId',
          'SentTimestamp',
          'ApproximateReceiveCount',
          'AWSTraceHeader',
        ],
      },
      { QueueUrl, MessageAttributeNames: ['All'], AttributeNames: ['All'] },
    ]);
  });
});

describe('settling', () => {
  it('happens in the trace of the message that is deleted', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await handleOne(sqs, QueueUrl, () => undefined);
    testBed.spans
      .named(`delete ${name}`)
      .toHaveKind('CLIENT')
      .toBeChildOf(testBed.spans.named(`process ${name}`));
  });

  it('of several messages links to where each was handled', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    const bodies = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: bodies }));
    const messages = await receive(sqs, QueueUrl, 2);
    await processMessages(messages, () => undefined);
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    testBed.spans
      .named(`delete ${name}`)
      .toHaveLinks(2)
      .toLinkTo(testBed.spans.named(`process ${name}`).each);
  });
});

describe('settling in part', () => {
  it('fails with what SQS says of the entry that it refuses', async () => {
    const { name, QueueUrl } = await testBed.queue();
    const sqs = testBed.traced();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const [message] = await receive(sqs, QueueUrl);
    const receipts = [message?.ReceiptHandle, 'no-such-receipt'];
    const Entries = receipts.map((ReceiptHandle, index) => ({ Id: `${index}`, ReceiptHandle }));
    const { Successful, Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));

    expect([Successful, Failed]).toEqual([[{ Id: '0' }], [expect.objectContaining({ Id: '1' })]]);
    testBed.spans
      .named(`delete ${name}`)
      .toHaveFailedWith(Failed?.[0]?.Code ?? '')
      .toHaveAttributes({ 'messaging.batch.message_count': 2 });
  });
});

describe('processing', () => {
  it('keeps the order of a message group, and holds back what follows a failure', async () => {
    const { QueueUrl } = await testBed.queue('orders.fifo', { FifoQueue: 'true' });
    const sqs = testBed.traced();
    for (const body of ['a-1', 'b-1', 'a-2', 'b-2']) {
      const [MessageGroupId] = body.split('-');
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId, MessageDeduplicationId: body }),
      );
    }
    const messages = await receive(sqs, QueueUrl, 4);
    const handled: string[] = [];
    const results = await settleMessages(
      messages,
      async ({ Body = '' }: Message) => {
        handled.push(Body);
        if (Body === 'a-1') throw new Error('stuck');
        return Body;
      },
      { concurrency: 10 },
    );

    expect(handled.filter((body) => body.startsWith('a'))).toEqual(['a-1']);
    expect(handled.filter((body) => body.startsWith('b'))).toEqual(['b-1', 'b-2']);
    const byBody = Object.fromEntries(messages.map(({ Body }, index) => [Body, results[index]]));
    expect(byBody).toEqual({
      'a-1': { status: 'rejected', reason: new Error('stuck') },
      'a-2': {
        status: 'rejected',
        reason: expect.objectContaining({ code: 'WAYBILL_EARLIER_MESSAGE_FAILED' }),
      },
      'b-1': { status: 'fulfilled', value: 'b-1' },
      'b-2': { status: 'fulfilled', value: 'b-2' },
    });
  });

  it('handles a message that no traced client received', async () => {
    const { QueueUrl } = await testBed.queue();
    await testBed.bare().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const [message = {}] = await receive(testBed.bare(), QueueUrl);
    expect(processMessage(message, ({ Body }) => Body)).toBe('one');
  });

  it('knows a message that went to a dead-letter queue and came back, and links as it is late', async () => {
    const dead = await testBed.queue('dead');
    const { Attributes } = await testBed
      .bare()
      .send(new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, AttributeNames: ['QueueArn'] }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 1 });
    const { name, QueueUrl } = await testBed.queue('orders', { RedrivePolicy, VisibilityTimeout: '0' });
    await testBed.traced().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await receive(testBed.traced(), QueueUrl);
    await testBed.bare().send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));

    const inAnHour = testBed.traced({ clock: () => Date.now() + 3_600_000 });
    await handleOne(inAnHour, dead.QueueUrl, () => undefined);
    testBed.spans
      .named(`process ${dead.name}`)
      .toBeRoot()
      .toLinkTo(testBed.spans.named(`send ${name}`))
      .toHaveAttributes({ 'waybill.relation.reason': 'late', 'waybill.message.age.source': 'waybill' });
  });
});

describe('without an SDK', () => {
  it('gives the same results and the same errors as the bare client', async () => {
    const { QueueUrl } = await testBed.queue();
    const outcomes = [];
    await testBed.telemetry.shutdown();
    for (const sqs of [testBed.bare(), traceSqsClient(testBed.bare(), createWaybill())]) {
      const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
      const [message] = await receive(sqs, QueueUrl, 1, { MessageAttributeNames: ['All'] });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
      const refused = await sqs
        .send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-missing`, MessageBody: 'one' }))
        .catch((error: unknown) => error);
      outcomes.push({
        sent: Object.keys(sent).sort(),
        body: message?.Body,
        attributes: message?.MessageAttributes,
        error: [(refused as Error).name, (refused as Error).message],
      });
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  afterEach(async () => {
    await testBed.close();
    testBed = await SqsTestBed.open();
  });
});

/** Lets SQS refuse one entry, which ElasticMQ cannot be brought to. */
function failEntry(client: ReturnType<SqsTestBed['bare']>, id: string): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const output = result.output as { Successful?: { Id?: string }[]; Failed?: object[] };
      output.Successful = output.Successful?.filter(({ Id }) => Id !== id) ?? [];
      output.Failed = [{ Id: id, Code: 'InternalError', Message: 'try later', SenderFault: false }];
      return result;
    },
    { step: 'build', name: 'failEntry' },
  );
}
