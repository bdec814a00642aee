import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WaybillOptions } from '@waybill/core';
import { activeBaggage, asTenant, handleOne, SqsTestBed } from './sqs-test-bed.ts';

const all = { 'tenant.id': 'acme', 'user.id': 'u-1' };
const none = {};
const hour = 3_600_000;

interface Case {
  readonly name: string;
  readonly consumer: WaybillOptions;
  readonly sender?: 'without a context' | 'with a context of its own';
  /** Takes the time of sending out of what the client gets. */
  readonly withoutTimestamp?: boolean;
  readonly queue?: string;
  readonly relation: 'parent' | 'link' | 'none';
  readonly reason: string;
  readonly baggage: Record<string, string>;
}

const cases: readonly Case[] = [
  { name: 'fresh: a child', consumer: {}, relation: 'parent', reason: 'fresh', baggage: all },
  {
    name: 'late: a root that links',
    consumer: { clock: () => Date.now() + hour, policy: { linkAfter: '30m' } },
    relation: 'link',
    reason: 'late',
    baggage: all,
  },
  {
    name: 'a rule: parent, however late',
    consumer: { clock: () => Date.now() + hour, policy: { queues: { 'orders-*': { relation: 'parent' } } } },
    relation: 'parent',
    reason: 'rule',
    baggage: all,
  },
  {
    name: 'a rule: link, however fresh',
    consumer: { policy: { relation: 'link' } },
    relation: 'link',
    reason: 'rule',
    baggage: all,
  },
  {
    name: 'a rule: none',
    consumer: { policy: { queues: { 'sqs:orders-*': { relation: 'none' } } } },
    relation: 'none',
    reason: 'rule',
    baggage: all,
  },
  {
    name: 'a function',
    consumer: {
      policy: { relation: ({ queueKey }) => (queueKey.startsWith('orders-') ? 'link' : 'parent') },
    },
    relation: 'link',
    reason: 'rule',
    baggage: all,
  },
  {
    name: 'a function that throws: the default',
    consumer: {
      policy: {
        queues: {
          'orders-*': {
            relation: () => {
              throw new Error('no idea');
            },
          },
        },
      },
    },
    relation: 'parent',
    reason: 'fresh',
    baggage: all,
  },
  {
    name: 'the most specific pattern wins',
    consumer: {
      policy: {
        queues: {
          '*': { relation: 'none' },
          'orders-*': { relation: 'link' },
          'or*': { relation: 'parent' },
        },
      },
    },
    relation: 'link',
    reason: 'rule',
    baggage: all,
  },
  {
    name: 'an untrusted sender: a root that links, and baggage that is named only',
    consumer: { policy: { trust: 'untrusted', baggage: { accept: ['tenant.*'] } } },
    relation: 'link',
    reason: 'untrusted',
    baggage: { 'tenant.id': 'acme' },
  },
  {
    name: 'no context: a root',
    consumer: {},
    sender: 'without a context',
    relation: 'none',
    reason: 'no-context',
    baggage: none,
  },
  {
    name: 'no timestamp: as if fresh',
    consumer: {},
    sender: 'with a context of its own',
    withoutTimestamp: true,
    relation: 'parent',
    reason: 'no-timestamp',
    baggage: { 'tenant.id': 'acme' },
  },
  {
    name: 'late by the timestamp of the queue: a root that links',
    consumer: { clock: () => Date.now() + hour, policy: { linkAfter: '30m' } },
    sender: 'with a context of its own',
    relation: 'link',
    reason: 'late',
    baggage: { 'tenant.id': 'acme' },
  },
  {
    name: 'a clock behind the sender’s: as if fresh',
    consumer: { clock: () => Date.now() - hour, policy: { linkAfter: 0 } },
    relation: 'parent',
    reason: 'fresh',
    baggage: all,
  },
];

describe('a message from a real queue', () => {
  let testBed: SqsTestBed;
  beforeAll(async () => {
    testBed = await SqsTestBed.open();
  });
  afterAll(() => testBed.close());
  beforeEach(() => testBed.spans.clear());

  it.each(cases)('$name', async (row) => {
    const { name, QueueUrl } = await testBed.queue();
    await send(testBed, QueueUrl, row.sender);
    const consumer = testBed.traced(row.consumer);
    if (row.withoutTimestamp) removeTimestamps(consumer);
    const baggage = await handleOne(consumer, QueueUrl, activeBaggage);

    expect(baggage).toEqual(row.baggage);
    const processed = testBed.spans.named(`process ${name}`).toHaveAttributes({
      'waybill.relation': row.relation,
      'waybill.relation.reason': row.reason,
    });
    if (row.sender !== undefined) {
      const { parentSpanId, links } = processed.only;
      expect(parentSpanId).toBe(row.relation === 'parent' ? 'b7ad6b7169203331' : undefined);
      expect(links.map(({ spanId }) => spanId)).toEqual(row.relation === 'link' ? ['b7ad6b7169203331'] : []);
      return;
    }
    const sent = testBed.spans.named(`send ${name}`);
    if (row.relation === 'parent') processed.toBeChildOf(sent).toHaveLinks(0);
    if (row.relation === 'link') processed.toBeRoot().toLinkTo(sent).toHaveLinks(1);
    if (row.relation === 'none') processed.toBeRoot().toHaveLinks(0);
  });
});

async function send(testBed: SqsTestBed, QueueUrl: string, sender: Case['sender']): Promise<void> {
  if (sender === undefined) {
    const command = new SendMessageCommand({ QueueUrl, MessageBody: 'one' });
    await asTenant('acme', () => testBed.traced().send(command));
    return;
  }
  const headers = {
    traceparent: {
      DataType: 'String',
      StringValue: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    baggage: { DataType: 'String', StringValue: 'tenant.id=acme' },
  };
  const MessageAttributes = sender === 'without a context' ? {} : headers;
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
