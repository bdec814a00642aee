import { type MessageAttributeValue, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, createTraceState, trace } from '@opentelemetry/api';
import { asTenant, receive, SqsLab } from './sqs-lab.ts';

const ours = ['traceparent', 'tracestate', 'waybill', 'baggage'];
const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What travels beside so many attributes of the sender's: the table in docs/brokers/sqs.md. */
const table: readonly [count: number, ownTraceparent: boolean, travels: readonly string[]][] = [
  [0, false, ['traceparent', 'tracestate', 'waybill', 'baggage']],
  [6, false, ['traceparent', 'tracestate', 'waybill', 'baggage']],
  [7, false, ['traceparent', 'tracestate', 'waybill']],
  [8, false, ['traceparent', 'tracestate']],
  [9, false, ['traceparent']],
  [10, false, []],
  [7, true, ['traceparent', 'waybill']],
  [8, true, ['traceparent', 'waybill']],
  [9, true, ['traceparent', 'waybill']],
  [10, true, ['traceparent']],
];

describe('attributes of the sender', () => {
  let lab: SqsLab;
  beforeAll(async () => {
    lab = await SqsLab.open();
  });
  afterAll(() => lab.close());

  it.each(table)('%i of them, traceparent among them: %s', async (count, ownTraceparent, travels) => {
    const { QueueUrl } = await lab.queue();
    const attributes = attributesOf(count, ownTraceparent);
    const input = { QueueUrl, MessageBody: 'one', MessageAttributes: attributes };
    await withTracestate(() => lab.traced().send(new SendMessageCommand(input)));

    const [message] = await receive(lab.bare(), QueueUrl, 1, { MessageAttributeNames: ['All'] });
    const names = Object.keys(message?.MessageAttributes ?? {});
    expect(names.filter((name) => ours.includes(name)).sort()).toEqual([...travels].sort());
    expect(message?.MessageAttributes).toMatchObject(attributes);
    expect(Object.keys(attributes)).toHaveLength(count);
    if (ownTraceparent) expect(message?.MessageAttributes?.traceparent?.StringValue).toBe(own);
  });

  it('are never joined by an empty one', async () => {
    const { QueueUrl } = await lab.queue();
    const spanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      traceState: createTraceState(''),
    };
    await context.with(trace.setSpanContext(context.active(), spanContext), () =>
      lab.traced().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' })),
    );

    const [message] = await receive(lab.bare(), QueueUrl, 1, { MessageAttributeNames: ['All'] });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(['traceparent', 'waybill']);
  });
});

function attributesOf(count: number, ownTraceparent: boolean): Record<string, MessageAttributeValue> {
  const entries = Array.from({ length: count }, (_, index): [string, MessageAttributeValue] =>
    ownTraceparent && index === 0
      ? ['traceparent', { DataType: 'String', StringValue: own }]
      : [`own-${index}`, { DataType: 'String', StringValue: `${index}` }],
  );
  return Object.fromEntries(entries);
}

function withTracestate<R>(run: () => R): R {
  const spanContext = {
    traceId: '0af7651916cd43dd8448eb211c80319d',
    spanId: 'b7ad6b7169203332',
    traceFlags: 1,
    traceState: createTraceState('vendor=1'),
  };
  const sending = trace.setSpanContext(context.active(), spanContext);
  return context.with(sending, () => asTenant('acme', run));
}
