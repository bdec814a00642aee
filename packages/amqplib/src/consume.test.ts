import { expect, it } from '@jest/globals';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { delivered, FakeChannel, traceFake } from '../test/fake-channel.ts';

const failure = new RangeError('no stock');

const settle: Readonly<Record<string, (channel: Channel, message: ConsumeMessage) => void>> = {
  ack: (channel, message) => channel.ack(message),
  requeue: (channel, message) => channel.nack(message),
  reject: (channel, message) => channel.reject(message, false),
};

it.each<[string, string | undefined, string | undefined]>([
  ['ack', undefined, undefined],
  ['requeue', 'deferred', 'retry'],
  ['reject', 'failed', 'failed'],
])('a message becomes, after %s: %s, and after a failure: %s', (settlement, handled, failed) => {
  expect(outcomes(settlement)).toEqual([handled, failed]);
});

it('a message becomes a dead letter where it is rejected and its queue has a place for them', () => {
  const options = { deadLetterExchange: 'dead' };

  expect(outcomes('reject', options)).toEqual(['dead-lettered', 'dead-lettered']);
  expect(outcomes('requeue', options)).toEqual(['deferred', 'retry']);
});

it('a message does not come back from a stream, whatever is asked for', () => {
  const options = { arguments: { 'x-queue-type': 'stream' } };

  expect(outcomes('requeue', options)).toEqual(['failed', 'failed']);
});

it('a handler that is none is left to amqplib to refuse', () => {
  const refusal = new TypeError('callback must be a function');
  const calls: unknown[][] = [];
  const refusing = (...args: unknown[]): never => {
    calls.push(args);
    throw refusal;
  };
  const { channel } = traceFake(Object.assign(new FakeChannel(), { consume: refusing }));
  const consume = channel.consume.bind(channel) as (...args: unknown[]) => unknown;

  expect(() => consume('orders', 'handler', { noAck: true }, 'more')).toThrow(refusal);
  expect(calls).toEqual([['orders', 'handler', { noAck: true }, 'more']]);
});

/** What becomes of a message that is settled in a way: that was handled, and whose handler then fails. */
function outcomes(settlement: string, options: Options.AssertQueue = {}): unknown[] {
  const { fake, channel, spans } = traceFake(new FakeChannel());
  channel.assertQueue('orders', options);
  channel.consume('orders', (message) => {
    if (message === null) return;
    settle[settlement]?.(channel, message);
    if (message.fields.deliveryTag === 2) throw failure;
  });
  fake.handler?.(delivered(1));
  expect(() => fake.handler?.(delivered(2))).toThrow(failure);
  return spans.named('process orders').all.map(({ attributes }) => attributes['waybill.message.outcome']);
}
