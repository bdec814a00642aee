import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { activeBaggage, handleOne, SqsTestBed } from './sqs-test-bed.ts';

const hour = 3_600_000;

describe('a message that has a context but no time in its headers', () => {
  let testBed: SqsTestBed;
  beforeAll(async () => {
    testBed = await SqsTestBed.open();
  });
  afterAll(() => testBed.close());
  beforeEach(() => testBed.spans.clear());

  it.each<[string, boolean, 'parent' | 'link', string]>([
    ['is late by the timestamp of the queue', false, 'link', 'late'],
    ['is handled as a fresh one without that timestamp', true, 'parent', 'no-timestamp'],
  ])('%s', async (_what, withoutTimestamp, relation, reason) => {
    const { name, QueueUrl } = await testBed.queue();
    await sendWithContext(testBed, QueueUrl);
    const consumer = testBed.traced({ clock: () => Date.now() + hour, policy: { linkAfter: '30m' } });
    if (withoutTimestamp) removeTimestamps(consumer);
    const baggage = await handleOne(consumer, QueueUrl, activeBaggage);

    expect(baggage).toEqual({ 'tenant.id': 'acme' });
    const processed = testBed.spans.named(`process ${name}`).toHaveAttributes({
      'waybill.relation': relation,
      'waybill.relation.reason': reason,
    });
    const { parentSpanId, links } = processed.only;
    expect(parentSpanId).toBe(relation === 'parent' ? 'b7ad6b7169203331' : undefined);
    expect(links.map(({ spanId }) => spanId)).toEqual(relation === 'link' ? ['b7ad6b7169203331'] : []);
  });
});

async function sendWithContext(testBed: SqsTestBed, QueueUrl: string): Promise<void> {
  const MessageAttributes = {
    traceparent: {
      DataType: 'String',
      StringValue: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    baggage: { DataType: 'String', StringValue: 'tenant.id=acme' },
  };
  await testBed.bare().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one', MessageAttributes }));
}

function removeTimestamps(client: SQSClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { Messages = [] } = result.output as { Messages?: { Attributes?: { SentTimestamp?: string } }[] };
      for (const { Attributes } of Messages) delete Attributes?.SentTimestamp;
      return result;
    },
    { step: 'build', name: 'removeTimestamps' },
  );
}
