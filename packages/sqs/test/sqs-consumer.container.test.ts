import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { Consumer, type ConsumerOptions } from 'sqs-consumer';
import { Producer } from 'sqs-producer';
import { processMessage, traceConsumerOptions, traceSqsClient } from '../src/index.ts';
import { activeBaggage, asTenant, SqsTestBed } from './sqs-test-bed.ts';

let testBed: SqsTestBed;
let name: string;
let queueUrl: string;
beforeAll(async () => {
  testBed = await SqsTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  const queue = await testBed.queue('orders', { VisibilityTimeout: '30' });
  name = queue.name;
  queueUrl = queue.QueueUrl;
  testBed.spans.clear();
});

const waybill = () => createWaybill({ diagnose: true });

/** Runs a consumer until it has dealt with so many messages, each as often as it took. */
async function consume(options: ConsumerOptions, count: number): Promise<readonly string[]> {
  const consumer = Consumer.create({ waitTimeSeconds: 1, ...options });
  const processed: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer.on('error', reject);
    consumer.on('message_processed', ({ Body = '' }) => {
      if (processed.push(Body) === count) resolve();
    });
    consumer.start();
  });
  await new Promise<unknown>((resolve) => {
    consumer.on('stopped', resolve);
    consumer.stop({ abort: true });
  });
  return processed;
}

describe('handleMessage', () => {
  it('runs in the span and with the baggage of its message, and the delete stands in its trace', async () => {
    await asTenant('acme', () =>
      testBed.traced().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'one' })),
    );
    let tenant: string | undefined;

    await consume(
      traceConsumerOptions(
        {
          queueUrl,
          sqs: testBed.bare(),
          handleMessage: async (message) => {
            tenant = activeBaggage()['tenant.id'];
            return message;
          },
        },
        waybill(),
      ),
      1,
    );

    expect(tenant).toBe('acme');
    const processed = testBed.spans.named(`process ${name}`).toBeChildOf(testBed.spans.named(`send ${name}`));
    testBed.spans.named(`delete ${name}`).toBeInTraceOf(processed);
  });

  it('is called with what the consumer calls it on', async () => {
    await testBed.bare().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'one' }));
    let self: unknown;

    const options: ConsumerOptions = {
      queueUrl,
      sqs: testBed.bare(),
      async handleMessage(this: unknown, message) {
        self = this;
        return message;
      },
    };
    await consume(traceConsumerOptions(options, waybill()), 1);

    expect(self).toBeInstanceOf(Consumer);
  });

  it('asks for the attributes that it needs also where the consumer makes its own client', async () => {
    const options = traceConsumerOptions(
      { queueUrl, messageAttributeNames: ['color'], handleMessage: async (message) => message },
      waybill(),
    );

    expect(options.messageAttributeNames).toEqual(
      expect.arrayContaining(['color', 'traceparent', 'baggage']),
    );
    expect(options).toMatchObject({
      messageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader'],
    });
  });

  it('that fails has a failed span, and the attempt after it links to it', async () => {
    await testBed.traced().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'one' }));
    let attempts = 0;

    const options = traceConsumerOptions(
      {
        queueUrl,
        sqs: testBed.bare(),
        terminateVisibilityTimeout: true,
        handleMessage: async (message) => {
          attempts += 1;
          if (attempts === 1) throw new RangeError('no stock');
          return message;
        },
      },
      waybill(),
    );
    await consume(options, 1);

    const spans = testBed.spans.named(`process ${name}`).toHaveCount(2);
    spans.at(0).toHaveFailedWith('RangeError', 'no stock');
    spans.at(1).toHaveSucceeded().toLinkTo(spans.at(0));
  });
});

describe('handleMessageBatch', () => {
  it('runs in a span that links to every message, in which each may have its own', async () => {
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    await testBed.traced().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const active: unknown[] = [];

    await consume(
      traceConsumerOptions(
        {
          queueUrl,
          batchSize: 10,
          sqs: testBed.bare(),
          handleMessageBatch: async (messages) => {
            for (const message of messages)
              await processMessage(message, () => active.push(trace.getActiveSpan()));
            return messages;
          },
        },
        waybill(),
      ),
      3,
    );

    expect(new Set(active).size).toBe(3);
    expect(testBed.spans.each.where({ 'messaging.operation.name': 'process' }).count).toBeGreaterThanOrEqual(
      4,
    );
  });
});

describe('sqs-producer', () => {
  it('sends messages that carry the trace through a traced client', async () => {
    const producer = Producer.create({ queueUrl, sqs: traceSqsClient(testBed.bare(), waybill()) });
    await asTenant('acme', () => producer.send([{ id: '1', body: 'one' }]));

    await consume(
      traceConsumerOptions(
        { queueUrl, sqs: testBed.bare(), handleMessage: async (message) => message },
        waybill(),
      ),
      1,
    );

    testBed.spans.named(`process ${name}`).toBeChildOf(testBed.spans.named(`create ${name}`));
  });
});

/** How many messages: `WAYBILL_CONSUMER_MESSAGES=10000` takes some minutes. */
const count = Number(process.env.WAYBILL_CONSUMER_MESSAGES ?? 1_000);

describe(`${count} messages, ten at a time, of which a tenth fails the first time`, () => {
  it(
    'are each handled as often as without tracing',
    async () => {
      const [bare, traced] = [await handleAll(false), await handleAll(true)];

      expect(traced).toEqual(bare);
      expect(traced).toEqual({
        processed: count,
        attempts: { once: count * 0.9, twice: count * 0.1 },
        left: 0,
      });
      testBed.spans.named(`process ${name}`).toHaveCount(count * 1.1);
    },
    60_000 + count * 60,
  );
});

/** Sends all messages to a queue of its own, handles them, and says how often each was handled. */
async function handleAll(traced: boolean): Promise<unknown> {
  const queue = await testBed.queue('orders', { VisibilityTimeout: '120' });
  name = queue.name;
  const sender = testBed.bare();
  for (let sent = 0; sent < count; sent += 100) {
    await Promise.all(
      Array.from({ length: 10 }, (_, batch) => {
        const Entries = Array.from({ length: 10 }, (_, index) => {
          const number = sent + batch * 10 + index;
          return { Id: `${index}`, MessageBody: `${number}` };
        });
        return sender.send(new SendMessageBatchCommand({ QueueUrl: queue.QueueUrl, Entries }));
      }),
    );
  }
  const attempts = new Map<string, number>();
  const options: ConsumerOptions = {
    queueUrl: queue.QueueUrl,
    batchSize: 10,
    sqs: testBed.bare(),
    terminateVisibilityTimeout: true,
    handleMessage: async (message) => {
      const body = String(message.Body);
      attempts.set(body, (attempts.get(body) ?? 0) + 1);
      if (Number(body) % 10 === 0 && attempts.get(body) === 1) throw new Error('no stock');
      return message;
    },
  };
  const processed = await consume(traced ? traceConsumerOptions(options, waybill()) : options, count);
  const AttributeNames: QueueAttributeName[] = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
  ];
  const asked = new GetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, AttributeNames });
  const { Attributes = {} } = await sender.send(asked);
  const often = (times: number): number => [...attempts.values()].filter((each) => each === times).length;
  return {
    processed: new Set(processed).size,
    attempts: { once: often(1), twice: often(2) },
    left: Object.values(Attributes).reduce((sum, each) => sum + Number(each), 0),
  };
}

describe('wrong use', () => {
  it('is told', () => {
    expect(() => traceConsumerOptions(Consumer as never, waybill())).toThrow(
      'traceConsumerOptions: options: the function Consumer are not options of a consumer. Pass what Consumer.create takes: { queueUrl, handleMessage, … }.',
    );
  });
});
