import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DeleteMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, TraceFlags, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type WaybillOptions } from '@waybill/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSHandler, SQSRecord } from 'aws-lambda';
import {
  processRecord,
  processRecords,
  traceLambdaHandler,
  traceRecordHandler,
  traceSqsClient,
} from '../src/index.ts';
import { lambdaEvent } from './lambda-event.ts';
import { activeBaggage, asTenant, receive, SqsTestBed } from './sqs-test-bed.ts';

let testBed: SqsTestBed;
let sender: SQSClient;
let name: string;
let QueueUrl: string;
beforeAll(async () => {
  testBed = await SqsTestBed.openInProcess();
  sender = testBed.traced();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  ({ name, QueueUrl } = await testBed.queue());
  testBed.spans.clear();
});

const lambdaContext = { getRemainingTimeInMillis: () => 3_000 } as Context;

function waybill(options: WaybillOptions = {}) {
  return createWaybill({ diagnose: true, ...options });
}

/** An event of Lambda with messages that really went through a queue. */
async function eventOf(...bodies: string[]): Promise<SQSEvent> {
  for (const MessageBody of bodies)
    await asTenant('acme', () => sender.send(new SendMessageCommand({ QueueUrl, MessageBody })));
  const messages = await receive(testBed.bare(), QueueUrl, bodies.length, {
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  messages.sort((a, b) => bodies.indexOf(String(a.Body)) - bodies.indexOf(String(b.Body)));
  return lambdaEvent(name, messages);
}

describe('a function that is invoked with one message', () => {
  it('runs inside its span, with its baggage, and answers as it did', async () => {
    const event = await eventOf('one chair');
    let seen: unknown;
    const handler = traceLambdaHandler(async (given: SQSEvent) => {
      seen = [given, trace.getActiveSpan() !== undefined, activeBaggage()['tenant.id']];
      return 'done';
    }, waybill());

    expect(await handler(event)).toBe('done');

    expect(seen).toEqual([event, true, 'acme']);
    testBed.spans
      .named(`process ${name}`)
      .toHaveKind('CONSUMER')
      .toBeChildOf(testBed.spans.named(`send ${name}`))
      .toHaveSucceeded()
      .toHaveAttributes({
        'messaging.message.id': event.Records[0]?.messageId,
        'aws.sqs.queue.url': `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`,
        'waybill.relation.reason': 'fresh',
      });
  });

  it('has a failed span when it rejects, and rejects with the same error', async () => {
    const error = new RangeError('no stock');
    const handler = traceLambdaHandler(() => Promise.reject(error), waybill());

    await expect((handler as (event: SQSEvent) => Promise<void>)(await eventOf('one'))).rejects.toBe(error);

    testBed.spans
      .named(`process ${name}`)
      .toHaveFailedWith('RangeError', 'no stock')
      .toHaveAttributes({ 'waybill.message.outcome': 'retry' });
  });

  it('has a failed span when its answer names the message', async () => {
    const event = await eventOf('one');
    const itemIdentifier = String(event.Records[0]?.messageId);
    const handler = traceLambdaHandler(
      async (_event: SQSEvent) => ({ batchItemFailures: [{ itemIdentifier }] }),
      waybill(),
    );

    await handler(event);

    testBed.spans
      .named(`process ${name}`)
      .toHaveFailedWith('BatchItemFailure', 'The answer named the record in batchItemFailures.');
  });

  it('has a failed span when it throws at once, and throws the same error', async () => {
    const event = await eventOf('one');
    const error = new RangeError('no stock');
    const handler = traceLambdaHandler((_event: SQSEvent) => {
      throw error;
    }, waybill());

    expect(() => handler(event)).toThrow(error);

    testBed.spans.named(`process ${name}`).toHaveFailedWith('RangeError', 'no stock');
  });

  it('may answer by a callback, and is told from others by its length', async () => {
    const event = await eventOf('one');
    const handler: SQSHandler = traceLambdaHandler<SQSHandler>((_event, _context, callback) => {
      setImmediate(() => callback(new Error('too slow')));
    }, waybill());

    const error = await new Promise((resolve) => void handler(event, lambdaContext, resolve));

    expect(handler).toHaveLength(3);
    expect(error).toEqual(new Error('too slow'));
    testBed.spans.named(`process ${name}`).toHaveFailedWith('Error', 'too slow');
  });
});

it.each([[null], [undefined]])('a function may answer by a callback without an error: %s', async (none) => {
  const event = await eventOf('one');
  const handler = traceLambdaHandler<SQSHandler>((_event, _context, callback) => {
    setImmediate(() => callback(none, { batchItemFailures: [] }));
  }, waybill());

  const answer = await new Promise((resolve) => {
    handler(event, lambdaContext, (...given) => resolve(given));
  });

  expect(answer).toEqual([none, { batchItemFailures: [] }]);
  testBed.spans.named(`process ${name}`).toHaveSucceeded();
});

describe('a function that is invoked with several messages', () => {
  it('has a span for each, from the start of the invocation on, and marks those that its answer names', async () => {
    const event = await eventOf('a', 'b');
    const itemIdentifier = String(event.Records[1]?.messageId);
    const handler = traceLambdaHandler(async (_event: SQSEvent): Promise<SQSBatchResponse> => {
      expect(trace.getActiveSpan()).toBeUndefined();
      await new Promise(setImmediate);
      return { batchItemFailures: [{ itemIdentifier }] };
    }, waybill());

    await handler(event);

    const spans = testBed.spans.named(`process ${name}`).toHaveCount(2);
    spans.where({ 'messaging.message.id': event.Records[0]?.messageId }).toHaveSucceeded();
    spans.where({ 'messaging.message.id': itemIdentifier }).toHaveFailedWith('BatchItemFailure');
  });

  it('handles each inside its span with processRecords, and answers with those that failed', async () => {
    const event = await eventOf('good', 'bad', 'fine');
    const tenants: unknown[] = [];
    const failures: unknown[] = [];
    const handler = traceLambdaHandler(
      (given: SQSEvent) =>
        processRecords(
          given,
          async ({ body }) => {
            tenants.push(activeBaggage()['tenant.id']);
            if (body === 'bad') throw new RangeError(body);
          },
          { concurrency: 3, onFailure: (error, { body }) => failures.push(error, body) },
        ),
      waybill(),
    );

    const { batchItemFailures } = await handler(event);

    const bad = event.Records[1]?.messageId;
    expect(batchItemFailures).toEqual([{ itemIdentifier: bad }]);
    expect(tenants).toEqual(['acme', 'acme', 'acme']);
    expect(failures).toEqual([new RangeError('bad'), 'bad']);
    const spans = testBed.spans.named(`process ${name}`).toHaveCount(3);
    spans.where({ 'messaging.message.id': bad }).toHaveFailedWith('RangeError', 'bad');
    const sent = testBed.spans.named(`send ${name}`);
    for (const index of [0, 1, 2]) spans.at(index).toBeChildOf(sent.at(index));
  });

  it('stops at the first failure where it is asked to, and names what it did not handle', async () => {
    const event = await eventOf('good', 'bad', 'fine');
    const handled: string[] = [];
    const handler = traceLambdaHandler(
      (given: SQSEvent) =>
        processRecords(
          given,
          ({ body }) => {
            handled.push(body);
            if (body === 'bad') throw new RangeError(body);
          },
          { stopOnFailure: true },
        ),
      waybill(),
    );

    const { batchItemFailures } = await handler(event);

    expect(handled).toEqual(['good', 'bad']);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      event.Records.slice(1).map(({ messageId }) => messageId),
    );
  });

  it('has one span for a message that it handles itself, and does not double it', async () => {
    const event = await eventOf('a', 'b');
    const handler = traceLambdaHandler(
      async ({ Records }: SQSEvent) => processRecord(Records[0] as SQSRecord, async ({ body }) => body),
      waybill(),
    );

    expect(await handler(event)).toBe('a');

    testBed.spans.named(`process ${name}`).toHaveCount(2);
  });
});

it('settles a record in the trace of its message', async () => {
  const event = await eventOf('a', 'b');
  const shared = waybill();
  const client = traceSqsClient(testBed.bare(), shared);
  const handler = traceLambdaHandler(async ({ Records }: SQSEvent) => {
    for (const record of Records) await processRecord(record, async () => undefined);
    const ReceiptHandle = Records[1]?.receiptHandle;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }, shared);

  await handler(event);

  const processed = testBed.spans.named(`process ${name}`);
  testBed.spans.named(`delete ${name}`).toBeChildOf(processed.at(1));
});

describe('Powertools', () => {
  const run = (traced: boolean) => async (event: SQSEvent) => {
    const processor = new BatchProcessor(EventType.SQS);
    const recordHandler = traceRecordHandler(async ({ body }: SQSRecord) => {
      if (body === 'bad') throw new RangeError(body);
    }, shared);
    const invoke = (given: SQSEvent) => processPartialResponse(given, recordHandler, processor);
    return (traced ? traceLambdaHandler(invoke, shared) : invoke)(event);
  };
  let shared: ReturnType<typeof waybill>;
  beforeEach(() => {
    shared = waybill();
  });

  it.each([true, false])('has a span for each record (inside a traced handler: %s)', async (traced) => {
    const event = await eventOf('good', 'bad');

    const response = await run(traced)(event);

    const bad = event.Records[1]?.messageId;
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: bad }] });
    const spans = testBed.spans.named(`process ${name}`).toHaveCount(2);
    spans.where({ 'messaging.message.id': bad }).toHaveFailedWith('RangeError', 'bad');
  });
});

it('traces the handler of a record, which gets all arguments and answers as it did', async () => {
  const [record = {}] = (await eventOf('one')).Records;
  const handler = traceRecordHandler((...given: [object, number]) => given, waybill());

  expect(handler(record, 5)).toEqual([record, 5]);
  expect(handler(undefined as never, 5)).toEqual([undefined, 5]);

  testBed.spans.named(`process ${name}`).toHaveSucceeded();
});

describe('exporting', () => {
  it('is waited for before the answer, and no longer than is left', async () => {
    const steps: string[] = [];
    const provider = new TracerProvider({ spanProcessors: [testBed.spans] });
    const flushed = Object.assign(provider, {
      forceFlush: async () => {
        await new Promise(setImmediate);
        steps.push('exported');
      },
    });
    const handler = traceLambdaHandler(
      async (_event: SQSEvent, _context: Context) => steps.push('handled'),
      waybill({ tracerProvider: flushed }),
    );

    await handler(await eventOf('one'), lambdaContext);
    steps.push('answered');
    await handler(await eventOf('two'), { getRemainingTimeInMillis: () => 50 } as Context);
    steps.push('answered');

    expect(steps).toEqual(['handled', 'exported', 'answered', 'handled', 'answered']);
  });

  it('is not waited for where it is given no time', async () => {
    let exports = 0;
    const provider = new TracerProvider({ spanProcessors: [testBed.spans] });
    const forceFlush = async (): Promise<void> => {
      exports += 1;
    };
    const tracerProvider = Object.assign(provider, { forceFlush });
    const handler = traceLambdaHandler(async (_event: SQSEvent) => 'done', waybill({ tracerProvider }), {
      flushTimeout: 0,
    });

    expect(await handler(await eventOf('one'))).toBe('done');

    testBed.spans.named(`process ${name}`);
    expect(exports).toBe(0);
  });
});

describe('other events and records', () => {
  it.each([
    ['no event', undefined],
    ['an event of another source', { Records: [{ eventSource: 'aws:s3' }] }],
    ['an event without records', { Records: [] }],
    ['records that are none', { Records: [null, 7] }],
  ])('%s is handed on as it is', async (_title, event) => {
    const handler = traceLambdaHandler(async (given: unknown) => given, waybill());

    expect(await handler(event)).toBe(event);

    testBed.spans.each.toHaveCount(0);
  });

  it.each<[string, Partial<Record<keyof SQSRecord, unknown>>, string]>([
    ['without attributes', {}, 'no-context'],
    ['with attributes that are none', { attributes: 7, messageAttributes: 'x' }, 'no-context'],
    [
      'with a context that cannot be read',
      { messageAttributes: { traceparent: { stringValue: '00-zz', dataType: 'String' } } },
      'malformed',
    ],
    ['of an ARN that is none', { eventSourceARN: 'orders' }, 'no-context'],
    ['without an ARN', { eventSourceARN: undefined }, 'no-context'],
  ])('a record %s is handled, and its span says why it has no parent', async (_title, parts, reason) => {
    const record = {
      messageId: 'm-1',
      body: '{',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders',
      ...parts,
    };
    const handler = traceLambdaHandler(async ({ Records }: { Records: unknown[] }) => Records[0], waybill());

    expect(await handler({ Records: [record] })).toBe(record);

    testBed.spans.each.only;
    testBed.spans.each.toHaveAttributes({ 'waybill.relation.reason': reason });
  });

  it('a record whose sender wrote bytes continues its trace', async () => {
    const traceId = 'a'.repeat(32);
    const binaryValue = Buffer.from(`00-${traceId}-${'b'.repeat(16)}-01`).toString('base64');
    const record = {
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws-cn:sqs:cn-north-1:123456789012:orders.fifo',
      messageAttributes: { Traceparent: { binaryValue, dataType: 'Binary' } },
    };

    await traceLambdaHandler(async (_event: unknown) => undefined, waybill())({ Records: [record] });

    const span = testBed.spans.named('process orders.fifo').toHaveAttributes({
      'aws.sqs.queue.url': 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders.fifo',
    }).only;
    expect(span.traceId).toBe(traceId);
  });

  it.each([
    ['that X-Ray records continues it', '1', 'fresh'],
    ['that X-Ray does not record stays on its own', '0', 'no-context'],
  ])('a trace of X-Ray %s', async (_title, sampled, reason) => {
    const AWSTraceHeader = `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
    const record = {
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders',
      attributes: { AWSTraceHeader, SentTimestamp: String(Date.now()) },
    };

    await traceLambdaHandler(async (_event: unknown) => undefined, waybill())({ Records: [record] });

    const span = testBed.spans
      .named('process orders')
      .toHaveAttributes({ 'waybill.relation.reason': reason }).only;
    expect(span.traceId === '5759e988bd862e3fe1be46a994272793').toBe(sampled === '1');
  });

  it.each([
    ['that X-Ray records', '1', TraceFlags.SAMPLED],
    ['that X-Ray does not record', '0', TraceFlags.NONE],
  ])('a trace %s is continued by a rule that names its header', async (_title, sampled, traceFlags) => {
    const AWSTraceHeader = `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
    const record = {
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders',
      attributes: { AWSTraceHeader },
    };
    const policy = { accept: ['AWSTraceHeader', 'traceparent'] };
    const handler = traceLambdaHandler(
      async (_event: unknown) => trace.getActiveSpan()?.spanContext(),
      waybill({ policy }),
    );

    const active = await handler({ Records: [record] });

    expect(active).toMatchObject({ traceId: '5759e988bd862e3fe1be46a994272793', traceFlags });
    // The sampler follows the sender.
    testBed.spans.named('process orders').toHaveCount(Number(sampled));
  });

  it('leaves the context of its caller as it was', async () => {
    const before = context.active();
    await traceLambdaHandler(async (_event: SQSEvent) => undefined, waybill())(await eventOf('one'));
    expect(context.active()).toBe(before);
  });
});

describe('while Waybill is switched off', () => {
  const off = () => waybill({ policy: { enabled: false } });

  it('the function itself is given back', () => {
    const handler = async (event: SQSEvent) => event;
    expect(traceLambdaHandler(handler, off())).toBe(handler);
  });

  it('the handler of a record is called as it is', () => {
    const handler = traceRecordHandler((...given: [object, number]) => given, off());
    const record = {};

    expect(handler(record, 5)).toEqual([record, 5]);

    testBed.spans.each.toHaveCount(0);
  });
});

describe('wrong use', () => {
  it.each<[string, string, () => unknown]>([
    [
      'traceLambdaHandler: undefined is not a function. Write traceLambdaHandler(async (event) => { … }, waybill).',
      'WAYBILL_NOT_A_FUNCTION',
      () => traceLambdaHandler(undefined as never, waybill()),
    ],
    [
      'traceLambdaHandler: undefined is not a Waybill. Pass what createWaybill() gives.',
      'WAYBILL_NOT_A_WAYBILL',
      () => traceLambdaHandler(async () => undefined, undefined as never),
    ],
    [
      'traceLambdaHandler: flushTimeout: the text "1s" is not a whole number of milliseconds from 0. Write { flushTimeout: 1000 }, or leave it out.',
      'WAYBILL_INVALID_OPTION',
      () => traceLambdaHandler(async () => undefined, waybill(), { flushTimeout: '1s' as never }),
    ],
    [
      'traceLambdaHandler: flushTimeout: the number -1 is not a whole number of milliseconds from 0. Write { flushTimeout: 1000 }, or leave it out.',
      'WAYBILL_INVALID_OPTION',
      () => traceLambdaHandler(async () => undefined, waybill(), { flushTimeout: -1 }),
    ],
    [
      'processRecord: undefined is not a function. Write processRecord(record, async (record) => { … }).',
      'WAYBILL_NOT_A_FUNCTION',
      () => processRecord({}, undefined as never),
    ],
    [
      'processRecords: undefined is not a function. Write processRecords(event, async (record) => { … }).',
      'WAYBILL_NOT_A_FUNCTION',
      () => processRecords({ Records: [] }, undefined as never),
    ],
    [
      'processRecords: event: an array is not an event of SQS. Pass the event that Lambda invoked the function with, which has a list of Records.',
      'WAYBILL_WRONG_MESSAGES',
      () => processRecords([] as never, () => undefined),
    ],
    [
      'traceRecordHandler: an object is not a function. Write traceRecordHandler(async (record) => { … }, waybill).',
      'WAYBILL_NOT_A_FUNCTION',
      () => traceRecordHandler({} as never, waybill()),
    ],
    [
      'traceRecordHandler: undefined is not a Waybill. Pass what createWaybill() gives.',
      'WAYBILL_NOT_A_WAYBILL',
      () => traceRecordHandler(async () => undefined, undefined as never),
    ],
  ])('is told: %s', async (message, code, use) => {
    await expect((async () => use())()).rejects.toThrow(
      expect.objectContaining({ code, message: `${message} [${code}]` }),
    );
  });

  it('fails the whole event where a record that failed cannot be named', async () => {
    const handler = traceLambdaHandler(
      (given: SQSEvent) =>
        processRecords(given, () => {
          throw new Error('no stock');
        }),
      waybill(),
    );
    const record = { eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders' };

    await expect(handler({ Records: [record] } as never)).rejects.toThrow(
      expect.objectContaining({
        message: '1 of 1 records failed that have no messageId; the event fails as a whole.',
        errors: [new Error('no stock')],
      }),
    );
  });
});
