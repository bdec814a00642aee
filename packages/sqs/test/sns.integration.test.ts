import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { processMessage } from '../src/index.ts';
import { activeBaggage, asTenant, receive, SqsTestBed } from './sqs-test-bed.ts';

let testBed: SqsTestBed;
let sns: SNSClient;
let name: string;
let QueueUrl: string;
beforeAll(async () => {
  testBed = await SqsTestBed.openInProcess();
  const { endpoint, region, credentials } = testBed.config;
  sns = new SNSClient({ endpoint, region, credentials } as object);
});
afterAll(async () => {
  sns.destroy();
  await testBed.close();
});
beforeEach(async () => {
  ({ name, QueueUrl } = await testBed.queue());
  testBed.spans.clear();
});

/** A topic whose messages go to the queue. */
async function topic(raw: boolean): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await testBed.bare().send(asked);
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: { RawMessageDelivery: String(raw) },
    }),
  );
  return String(TopicArn);
}

/** The attributes that a sender writes its context into. */
function carrier(): Record<string, { DataType: string; StringValue: string }> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return Object.fromEntries(
    Object.entries(headers).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
  );
}

/** Handles the next message, and gives the tenant of its handler. */
async function handle(client: SQSClient): Promise<string | undefined> {
  const [message] = await receive(client, QueueUrl);
  return processMessage(message ?? {}, () => activeBaggage()['tenant.id']);
}

describe.each([
  ['raw', true],
  ['not raw', false],
])('a message through a topic whose delivery is %s', (_title, raw) => {
  it.each(['Publish', 'PublishBatch'])('has the trace and the tenant of its sender: %s', async (call) => {
    const TopicArn = await topic(raw);
    await asTenant('acme', () =>
      trace.getTracer('shop').startActiveSpan('publish', async (span) => {
        const message = { Message: 'one chair', MessageAttributes: carrier() };
        const PublishBatchRequestEntries = [{ Id: 'a', ...message }];
        await (call === 'Publish'
          ? sns.send(new PublishCommand({ TopicArn, ...message }))
          : sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries })));
        span.end();
      }),
    );

    const envelope = raw ? undefined : 'sns';
    expect(await handle(testBed.traced({ policy: { queues: { [name]: { envelope } } } }))).toBe('acme');
    testBed.spans.named(`process ${name}`).toBeChildOf(testBed.spans.named('publish'));
  });
});

it('a message that is not raw has neither where no rule opens its envelope', async () => {
  const TopicArn = await topic(false);
  await asTenant('acme', () =>
    trace.getTracer('shop').startActiveSpan('publish', async (span) => {
      await sns.send(new PublishCommand({ TopicArn, Message: 'one chair', MessageAttributes: carrier() }));
      span.end();
    }),
  );

  expect(await handle(testBed.traced())).toBeUndefined();
  testBed.spans
    .named(`process ${name}`)
    .toBeRoot()
    .toHaveAttributes({ 'waybill.relation.reason': 'no-context' });
});
