import { describe, expect, it } from '@jest/globals';
import { receivedMessage } from './incoming-message.ts';

const standard = { url: 'http://localhost/1/orders', name: 'orders', fifo: false };
const fifo = { url: 'http://localhost/1/orders.fifo', name: 'orders.fifo', fifo: true };
const Attributes = {
  SentTimestamp: '1700000000000',
  ApproximateReceiveCount: '3',
  MessageGroupId: 'customer-7',
};

describe('a message from a queue', () => {
  it('has the values that SQS returns', () => {
    const native = { MessageId: 'm-1', ReceiptHandle: 'r-1', Attributes };
    expect(receivedMessage(standard, native)).toMatchObject({
      id: 'm-1',
      receipt: 'r-1',
      sentAt: 1_700_000_000_000,
      sentAtSource: 'SentTimestamp',
      attempt: 3,
      native,
    });
  });

  it('may have none of them', () => {
    const message = receivedMessage(standard, {});
    expect(message).toMatchObject({
      id: undefined,
      receipt: undefined,
      sentAt: undefined,
      attempt: undefined,
    });
    expect(message.headers.get('traceparent')).toBeUndefined();
    expect(message.headers.names()).toEqual([]);
  });

  it('keeps the order of its group only in a FIFO queue', () => {
    const keyOf = (queue: typeof fifo): string | undefined =>
      receivedMessage(queue, { Attributes }).orderingKey;
    expect(keyOf(standard)).toBeUndefined();
    expect(keyOf(fifo)).toBeDefined();
    expect(keyOf({ ...fifo, url: 'http://localhost/1/returns.fifo' })).not.toBe(keyOf(fifo));
  });

  it('has text and bytes in its headers', () => {
    const bytes = new Uint8Array([1, 2]);
    const MessageAttributes = {
      Color: { DataType: 'String', StringValue: 'red' },
      data: { DataType: 'Binary', BinaryValue: bytes },
    };
    const message = receivedMessage(standard, { MessageAttributes });
    expect(message.headers.names()).toEqual(['Color', 'data']);
    expect(message.headers.get('color')).toBe('red');
    expect(message.headers.get('data')).toBe(bytes);
  });

  it('has a traceparent of X-Ray’s context, and no other header of it', () => {
    const AWSTraceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    const { headers } = receivedMessage(standard, { Attributes: { AWSTraceHeader } });
    expect(headers.get('traceparent')).toBe('00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01');
    for (const name of ['tracestate', 'baggage', 'waybill']) expect(headers.get(name)).toBeUndefined();
    expect(headers.names()).toEqual([]);
  });
});
