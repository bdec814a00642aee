import { describe, expect, it } from '@jest/globals';
import type { Channel, ConsumeMessage } from 'amqplib';
import { delivered, FakeChannel, traceFake } from '../test/fake-channel.ts';

const outcome = 'waybill.message.outcome';
const everyTag = { fields: { deliveryTag: 0 } } as ConsumeMessage;

describe('a message', () => {
  it.each<[string, (channel: Channel, message: ConsumeMessage) => void, string | undefined]>([
    [
      'given back and acknowledged',
      (channel, message) => {
        channel.nack(message);
        channel.ack(message);
      },
      'deferred',
    ],
    [
      'acknowledged and rejected',
      (channel, message) => {
        channel.ack(message);
        channel.reject(message, false);
      },
      undefined,
    ],
    [
      'acknowledged, and all others given back',
      (channel, message) => {
        channel.ack(message);
        channel.nackAll();
      },
      undefined,
    ],
  ])('is what was said of it first: %s', (_what, settle, expected) => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    channel.consume('orders', (message) => message && settle(channel, message));
    fake.handler?.(delivered(1));

    spans
      .named('process orders')
      .toHaveSucceeded()
      .toHaveAttributes({ [outcome]: expected });
  });

  it('that was settled waits for its handler, also when its channel is closed meanwhile', async () => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    const { promise, resolve } = Promise.withResolvers<void>();
    channel.consume('orders', (message) => {
      if (message !== null) channel.nack(message);
      return promise;
    });
    const handled = fake.handler?.(delivered(1));
    fake.emit('close');
    const afterClose = spans.named('process orders').count;
    resolve();
    await handled;

    expect(afterClose).toBe(0);
    spans.named('process orders').toHaveAttributes({ [outcome]: 'deferred' });
  });

  it.each<[string, (channel: Channel) => void, string | undefined]>([
    ['ack', (channel) => channel.ack(everyTag, true), undefined],
    ['nack', (channel) => channel.nack(everyTag, true, false), 'failed'],
  ])('is settled by %s of all up to the tag 0, which is all of them', (_how, settle, expected) => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    channel.consume('orders', () => undefined);
    for (const tag of [1, 2, 3]) fake.handler?.(delivered(tag));
    settle(channel);

    spans
      .named('process orders')
      .toHaveCount(3)
      .each.toHaveAttributes({ [outcome]: expected });
  });

  it('is not settled by an acknowledgement of another one, nor by one of all up to an earlier one', () => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    channel.consume('orders', () => undefined);
    for (const tag of [1, 2, 3]) fake.handler?.(delivered(tag));
    channel.ack(delivered(3));
    channel.nack(delivered(1), true, false);

    const tags = spans
      .named('process orders')
      .all.map(({ attributes }) => [attributes['rabbitmq.message.delivery_tag'], attributes[outcome]]);
    expect(tags).toEqual([
      [1, 'failed'],
      [3, undefined],
    ]);
  });

  it('of a test of the application may have no tag', () => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    channel.consume('orders', (message) => message && channel.ack(message));
    const { deliveryTag: _, ...fields } = delivered(1).fields;
    fake.handler?.({ ...delivered(1), fields } as ConsumeMessage);

    spans.named('process orders').toHaveSucceeded();
  });

  it.each(['ack', 'nack', 'reject', 'ackAll', 'nackAll', 'recover'] as const)(
    'is not settled by a call that amqplib refuses: %s',
    (method) => {
      const error = new RangeError('Channel closed');
      const fake = Object.assign(new FakeChannel(), {
        [method]: () => {
          throw error;
        },
      });
      const { channel, spans } = traceFake(fake);
      channel.consume('orders', () => undefined);
      const message = delivered(1);
      fake.handler?.(message);

      expect(() => (channel[method] as (message: ConsumeMessage) => void)(message)).toThrow(error);
      expect(spans.named('process orders').count).toBe(0);
    },
  );

  it('whose consumer is cancelled may be settled until that is answered', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const fake = Object.assign(new FakeChannel(), { cancel: () => promise });
    const { channel, spans } = traceFake(fake);
    channel.consume('orders', () => undefined);
    for (const tag of [1, 2]) fake.handler?.(delivered(tag));
    const cancelled = channel.cancel('worker');
    const whileAsked = spans.named('process orders').count;
    channel.ack(delivered(1));
    resolve({});
    await cancelled;

    expect(whileAsked).toBe(0);
    const outcomes = spans.named('process orders').all.map(({ attributes }) => attributes[outcome]);
    expect(outcomes).toEqual([undefined, 'unsettled']);
  });

  it('whose handler runs when its consumer is cancelled may still be settled', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { fake, channel, spans } = traceFake(cancelling());
    channel.consume('orders', async (message) => {
      await promise;
      if (message !== null) channel.nack(message);
    });
    const handled = fake.handler?.(delivered(1));
    await channel.cancel('worker');
    resolve();
    await handled;

    spans.named('process orders').toHaveAttributes({ [outcome]: 'deferred' });
  });

  it.each<[string, object | undefined, string]>([
    ['a stream', { arguments: { 'x-stream-offset': 'first' } }, 'failed'],
    ['a queue', { arguments: { 'x-priority': 1 } }, 'deferred'],
    ['a queue, without options', undefined, 'deferred'],
  ])('that is given back to %s', (_what, options, expected) => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    channel.consume('orders', (message) => message && channel.nack(message), options);
    fake.handler?.(delivered(1));

    spans.named('process orders').toHaveAttributes({ [outcome]: expected });
  });
});

function cancelling(): FakeChannel {
  return Object.assign(new FakeChannel(), { cancel: async () => ({}) });
}
