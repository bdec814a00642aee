import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { expectWritten, RecordedMeter, recordedTables } from '@waybill/reference';
import { processMessage, processRecords, traceLambdaHandler } from '../src/index.ts';
import { lambdaEvent } from './lambda-event.ts';
import { receive, SqsTestBed } from './sqs-test-bed.ts';

let testBed: SqsTestBed;
beforeAll(async () => {
  testBed = await SqsTestBed.open();
});
afterAll(() => testBed.close());

it('docs/brokers/sqs.md says what is recorded', async () => {
  const meter = new RecordedMeter();
  const sqs = testBed.traced({ meterProvider: meter.provider });
  const { name, QueueUrl } = await testBed.queue();
  const tracer = trace.getTracer('application');
  await tracer.startActiveSpan('POST /orders', async (span) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one', DelaySeconds: 1 }));
    const Entries = ['two', 'three'].map((Id) => ({ Id, MessageBody: Id }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    span.end();
  });
  const MessageAttributes = { traceparent: { DataType: 'String', StringValue: 'none' } };
  await testBed.bare().send(new SendMessageCommand({ QueueUrl, MessageBody: 'four', MessageAttributes }));
  await sqs
    .send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-none`, MessageBody: 'five' }))
    .catch(() => undefined);

  await tracer.startActiveSpan('GET /orders', async (span) => {
    const messages = await receive(sqs, QueueUrl, 4, { VisibilityTimeout: 60 });
    for (const message of messages) {
      await processMessage(message, async ({ Body, ReceiptHandle }) => {
        if (Body === 'two') throw new RangeError('no stock');
        if (Body === 'one') await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }).catch(() => undefined);
    }
    const again = messages.find(({ Body }) => Body === 'two');
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: again?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const Entries = messages
      .filter(({ Body }) => Body === 'three' || Body === 'four')
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    span.end();
  });
  const late = testBed.traced({ meterProvider: meter.provider, policy: { linkAfter: 0 } });
  const [again] = await receive(late, QueueUrl);
  if (again === undefined) throw new Error('The message did not come again.');
  await processMessage(again, () => undefined);
  const handler = traceLambdaHandler(
    (event: ReturnType<typeof lambdaEvent>) => processRecords(event, () => undefined),
    createWaybill({ meterProvider: meter.provider }),
  );
  await handler(lambdaEvent(name, [again]));

  const spans = testBed.spans.each.all;
  const text = recordedTables({ spans, metrics: await meter.collect(), scope: '@waybill/sqs' });
  await meter.shutdown();
  expectWritten({ page: 'docs/brokers/sqs.md', part: 'recorded', command: 'sqs', text });
});
