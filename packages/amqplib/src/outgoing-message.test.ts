import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import type { Options } from 'amqplib';
import { Destination } from './destination.ts';
import { AmqpOutgoingMessage } from './outgoing-message.ts';

describe('the options of a publish', () => {
  it('are those of the caller while nothing is written', () => {
    const options = Object.freeze({ headers: Object.freeze({ tenant: 'acme' }) });

    expect(outgoing(options).copy).toBe(options);
    expect(outgoing(undefined).copy).toBeUndefined();
  });

  it('are a copy with everything that they had, and those that they inherit, once something is', () => {
    const options = Object.freeze(Object.assign(Object.create({ type: 'order' }), { priority: 3 }));
    const message = outgoing(options);
    message.headers.set('traceparent', '00-1');

    const copy = message.copy;
    expect([copy?.type, copy?.priority, copy?.headers]).toEqual(['order', 3, { traceparent: '00-1' }]);
    expect(options).toEqual({ priority: 3 });
  });

  it('keep headers that are inherited, which amqplib sends, too', () => {
    const headers = Object.assign(Object.create({ tenant: 'acme' }), { color: 'red' });
    const message = outgoing({ headers });
    message.headers.set('waybill', '1');

    expect(message.copy?.headers).toEqual({ tenant: 'acme', color: 'red', waybill: '1' });
  });

  it('keep a header of any name', () => {
    const message = outgoing({ headers: JSON.parse('{"__proto__":"x"}') });
    message.headers.set('waybill', '1');

    expect(Object.entries(message.copy?.headers ?? {})).toEqual([
      ['__proto__', 'x'],
      ['waybill', '1'],
    ]);
  });
});

describe('the room for headers', () => {
  it.each([
    ['the table that amqplib encodes', {}, 65_536],
    ['the frame that was agreed on', { frameMax: 4_096 }, 4_096],
  ])('is that of %s', (_what, connection, most) => {
    const big = (size: number): Options.Publish => ({ headers: { big: 'x'.repeat(size) } });

    expect(outgoing(big(most - 200), connection).headers.set('traceparent', 'x'.repeat(55))).toBeUndefined();
    expect(outgoing(big(most - 80), connection).headers.set('traceparent', 'x'.repeat(55))).toBe('limit');
  });

  it('shrinks with each header, and grows when one is deleted', () => {
    const message = outgoing({ headers: { big: 'x'.repeat(65_300) } });

    expect(message.headers.set('baggage', 'x'.repeat(150))).toBeUndefined();
    expect(message.headers.set('waybill', 'x'.repeat(80))).toBe('limit');
    message.headers.delete('baggage');
    expect(message.headers.set('waybill', 'x'.repeat(80))).toBeUndefined();
  });
});

it('tells the id, the conversation and the delay of the message', () => {
  const attributes: Attributes = {};
  const message = outgoing({ messageId: 'm-1', correlationId: 'c-1', headers: { 'x-delay': 5_000 } });
  message.describe(attributes);
  message.detail(attributes);

  expect(attributes).toEqual({
    'rabbitmq.destination.routing_key': 'orders',
    'messaging.message.id': 'm-1',
    'messaging.message.conversation_id': 'c-1',
    'waybill.message.delay': 5,
  });
});

it('tells nothing of an id, a conversation and a delay of another type', () => {
  const attributes: Attributes = {};
  const wrong = { messageId: 7, correlationId: 7, headers: { 'x-delay': '5000' } };
  outgoing(wrong as unknown as Options.Publish).detail(attributes);

  expect(attributes).toEqual({ 'rabbitmq.destination.routing_key': 'orders' });
});

function outgoing(options: Options.Publish | undefined, connection: object = {}): AmqpOutgoingMessage {
  const destination = new Destination('', 'orders', undefined, connection);
  return new AmqpOutgoingMessage(destination, Buffer.from('one'), options);
}
