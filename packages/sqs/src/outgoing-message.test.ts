import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { ByteBudget, mostBytes } from './message-size.ts';
import { SqsOutgoingMessage } from './outgoing-message.ts';

const queue = { url: 'http://localhost/1/orders', name: 'orders', fifo: false };
const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

describe('a message on its way to a queue', () => {
  it('is the caller’s own object as long as nothing is written', () => {
    const native = { MessageBody: 'one', MessageAttributes: { color: text('red') } };
    const message = messageOf(native);
    message.headers.delete('traceparent');
    expect(message.copy).toBe(native);
  });

  it('never changes what the caller passed', () => {
    const native = Object.freeze({ MessageBody: 'one', MessageAttributes: Object.freeze({ a: text('1') }) });
    const message = messageOf(native);
    message.headers.set('b', '2');
    message.headers.delete('a');
    expect(message.copy).toEqual({ MessageBody: 'one', MessageAttributes: { b: text('2') } });
    expect(native).toEqual({ MessageBody: 'one', MessageAttributes: { a: text('1') } });
  });

  it('has one attribute for a name, whatever its case', () => {
    const message = messageOf({ MessageBody: 'one', MessageAttributes: { Traceparent: text('old') } });
    expect(message.headers.get('traceparent')).toBe('old');
    message.headers.set('traceparent', 'new');
    expect(message.copy.MessageAttributes).toEqual({ traceparent: text('new') });
  });

  it('refuses an attribute without a value', () => {
    const message = messageOf({ MessageBody: 'one' });
    expect(message.headers.set('tracestate', '')).toBe('empty');
    expect(message.headers.names()).toEqual([]);
  });

  it('refuses an eleventh attribute, but accepts a new value for one of ten', () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`own-${index}`, text('1')]));
    const message = messageOf({ MessageBody: 'one', MessageAttributes: ten });
    expect(message.headers.set('own-3', '2')).toBeUndefined();
    expect(message.headers.set('eleventh', '1')).toBe('limit');
    message.headers.delete('own-0');
    expect(message.headers.set('eleventh', '1')).toBeUndefined();
  });

  it('accepts what fits into 1 MiB, also after room was freed', () => {
    const message = messageOf({ MessageBody: 'x'.repeat(mostBytes - 20) });
    expect(message.headers.set('name', 'x'.repeat(11))).toBe('limit');
    expect(message.headers.set('name', 'x'.repeat(10))).toBeUndefined();
    expect(message.headers.set('b', '1')).toBe('limit');
    expect(message.headers.set('name', 'x')).toBeUndefined();
    expect(message.headers.set('b', '1')).toBeUndefined();
    message.headers.delete('name');
    expect(message.headers.set('name', 'xx')).toBeUndefined();
  });
});

function messageOf<
  T extends { MessageBody: string; MessageAttributes?: Record<string, MessageAttributeValue> },
>(native: T): SqsOutgoingMessage<T> {
  return new SqsOutgoingMessage(queue, native, new ByteBudget([native]));
}
