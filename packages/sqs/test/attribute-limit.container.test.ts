import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MessageAttributeValue, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, createTraceState, trace } from '@opentelemetry/api';
import { asTenant, receive, SqsTestBed } from './sqs-test-bed.ts';

const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

interface Cell {
  readonly count: number;
  readonly tracestate: boolean;
  readonly ownTraceparent: boolean;
  readonly travels: readonly string[];
}

/** The columns of the table in the documentation. */
const columns = [
  { tracestate: true, ownTraceparent: false },
  { tracestate: false, ownTraceparent: false },
  { tracestate: true, ownTraceparent: true },
];

describe('attributes of the sender', () => {
  it('are in the table of the documentation', () => {
    expect(documented()).toHaveLength(18);
  });

  let testBed: SqsTestBed;
  beforeAll(async () => {
    testBed = await SqsTestBed.open();
  });
  afterAll(() => testBed.close());

  it.each(documented())(
    '$count of them (tracestate: $tracestate, own traceparent: $ownTraceparent)',
    async (cell) => {
      const { QueueUrl } = await testBed.queue();
      const attributes = attributesOf(cell.count, cell.ownTraceparent);
      const input = { QueueUrl, MessageBody: 'one', MessageAttributes: attributes };
      await inTrace(cell.tracestate, () => testBed.traced().send(new SendMessageCommand(input)));

      const [message] = await receive(testBed.bare(), QueueUrl, 1, { MessageAttributeNames: ['All'] });
      const { MessageAttributes: arrived = {} } = message ?? {};
      expect(Object.keys(attributes)).toHaveLength(cell.count);
      expect(arrived).toMatchObject(attributes);
      const added = Object.keys(arrived).filter((name) => !Object.hasOwn(attributes, name));
      expect(added.sort()).toEqual([...cell.travels].sort());
    },
  );

  it('are never joined by an empty one', async () => {
    const { QueueUrl } = await testBed.queue();
    const spanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      traceState: createTraceState(''),
    };
    await context.with(trace.setSpanContext(context.active(), spanContext), () =>
      testBed.traced().send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' })),
    );

    const [message] = await receive(testBed.bare(), QueueUrl, 1, { MessageAttributeNames: ['All'] });
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

/** The cells of the table in docs/brokers/sqs.md, each to be held against a real queue. */
function documented(): Cell[] {
  const file = join(import.meta.dirname, '../../../docs/brokers/sqs.md');
  const lines = readFileSync(file, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('| attributes of yours |'));
  const rows = lines.slice(start + 2, lines.indexOf('', start));
  return rows.flatMap((row) => {
    const [, label = '', ...cells] = row.split('|');
    const most = Number(label.match(/\d+/)?.[0]);
    const counts = label.includes('up to') ? [1, most] : [most];
    return columns.flatMap((column, index) => {
      const travels = [...(cells[index] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      return counts.map((count) => ({ count, ...column, travels }));
    });
  });
}

function inTrace<R>(tracestate: boolean, run: () => R): R {
  const spanContext = {
    traceId: '0af7651916cd43dd8448eb211c80319d',
    spanId: 'b7ad6b7169203332',
    traceFlags: 1,
    ...(tracestate ? { traceState: createTraceState('vendor=1') } : undefined),
  };
  return context.with(trace.setSpanContext(context.active(), spanContext), () => asTenant('acme', run));
}
