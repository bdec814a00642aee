import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createWaybill, type Waybill, WaybillError } from '@waybill/core';
import type { Channel, ChannelModel } from 'amqplib';
import { FakeChannel, traceFake } from '../test/fake-channel.ts';
import { traceChannel } from './trace-channel.ts';
import { traceConnection } from './trace-connection.ts';

const content = Buffer.from('one');

describe('a channel', () => {
  it('is traced once, however often it is wrapped', () => {
    const { channel, spans, waybill } = setUp();
    expect(traceChannel(channel, waybill)).toBe(channel);
    channel.sendToQueue('orders', content);

    spans.named('publish orders').toHaveCount(1);
  });

  it('has spans that say by what they were made, and of which broker they are', () => {
    const { channel, spans } = setUp();
    channel.publish('shop', 'order.created', content);

    const span = spans
      .named('publish shop:order.created')
      .toHaveKind('PRODUCER')
      .toHaveAttributes({ 'messaging.system': 'rabbitmq', 'messaging.operation.name': 'publish' });
    expect(span.only.scope).toBe('@waybill/amqplib');
  });

  it('gets the caller’s own arguments where there is neither an SDK nor middleware', () => {
    const { channel, calls } = setUp(createWaybill());
    const options = { headers: {} };
    channel.publish('', 'orders', content, options);

    expect(calls).toEqual([['', 'orders', content, options]]);
    expect(calls[0]?.[3]).toBe(options);
  });

  it('leaves to another instrumentation what it publishes while there is no SDK', () => {
    const channel = new FakeChannel();
    const bare = channel.publish;
    const published: string[] = [];
    const wrapped = function (this: FakeChannel, ...args: Parameters<typeof bare>): boolean {
      published.push('wrapped');
      return bare.apply(this, args);
    };
    channel.publish = Object.assign(wrapped, { __wrapped: true, __original: bare });
    const waybill = createWaybill();
    traceChannel(channel as unknown as Channel, waybill);

    channel.publish('', 'orders', content);
    waybill.use({ name: 'at work', publish: (_call, next) => next() });
    channel.publish('', 'orders', content);

    expect(published).toEqual(['wrapped']);
  });

  it('passes on what a subclass takes besides', () => {
    const { channel, calls } = setUp();
    const publish = channel.publish.bind(channel) as (...args: unknown[]) => boolean;
    publish('', 'orders', content, undefined, 'more', 'and more');

    expect(calls[0]?.slice(4)).toEqual(['more', 'and more']);
  });

  it.each<[string, unknown[]]>([
    ['no exchange', [undefined, 'orders', content]],
    ['a key that is no text', ['', 7, content]],
    ['options that are none', ['', 'orders', content, 'options']],
    ['headers that are none', ['', 'orders', content, { headers: 'text' }]],
    ['a callback that is none', ['', 'orders', content, {}, 'callback']],
  ])('leaves to amqplib what it will refuse: %s', (_what, args) => {
    const { channel, calls, spans } = setUp();
    (channel.publish as (...args: unknown[]) => boolean).apply(channel, args);

    expect(calls).toEqual([args]);
    expect(spans.each.count).toBe(0);
  });

  it('forgets which queues were temporary when there are very many', () => {
    const { channel, spans } = setUp();
    for (let number = 0; number <= 1_000; number += 1) {
      channel.assertQueue(`answers-${number}`, { exclusive: true });
    }
    channel.sendToQueue('answers-0', content);
    channel.sendToQueue('answers-1000', content);

    spans.named('publish answers-0').toHaveCount(1);
    spans.named('publish (temporary)').toHaveCount(1);
  });
});

describe('a connection', () => {
  it('is traced with the channels of both kinds that it creates', async () => {
    const fakes = [new FakeChannel(), new FakeChannel()];
    const connection = {
      createChannel: async () => fakes[0],
      createConfirmChannel: async () => fakes[1],
      on: () => undefined,
    };
    const { spans, waybill } = setUp();
    expect(traceConnection(connection as never, waybill)).toBe(connection);
    (await connection.createChannel())?.sendToQueue('orders', content);
    (await connection.createConfirmChannel())?.sendToQueue('orders', content);

    spans.named('publish orders').toHaveCount(2);
  });
});

describe('what is no channel is refused, and nothing of it is changed:', () => {
  class ChannelWrapper extends EventEmitter {
    publish(): void {}
    sendToQueue(): void {}
    consume(): void {}
    ack(): void {}
    ackAll(): void {}
    nack(): void {}
    nackAll(): void {}
    cancel(): void {}
    assertQueue(): void {}
  }

  it.each<[string, unknown, string]>([
    [
      'a wrapper that lacks methods',
      new ChannelWrapper(),
      'an object of ChannelWrapper is not a channel of amqplib: it has no method get, reject, recover',
    ],
    ['a promise', Promise.resolve(new FakeChannel()), 'Await it first'],
    ['a connection', { createChannel: () => undefined, on: () => undefined }, 'it has no method publish'],
    ['nothing', undefined, 'undefined is not a channel of amqplib'],
  ])('%s', (_what, given, expected) => {
    const before = Reflect.ownKeys(Object(given));

    expect(() => traceChannel(given as Channel, createWaybill())).toThrow(WaybillError);
    expect(() => traceChannel(given as Channel, createWaybill())).toThrow(expected);
    expect(Reflect.ownKeys(Object(given))).toEqual(before);
  });

  it('a channel without a Waybill, which can be traced afterwards', () => {
    const fake = new FakeChannel();
    const before = Reflect.ownKeys(fake);

    expect(() => traceChannel(fake as unknown as Channel, undefined as never)).toThrow(
      'undefined is not a Waybill',
    );
    expect(Reflect.ownKeys(fake)).toEqual(before);
    const { channel, spans } = traceFake(fake);
    channel.sendToQueue('orders', content);
    spans.named('publish orders').toHaveCount(1);
  });

  it('a channel that cannot be changed, which works as before', () => {
    const fake = Object.freeze(new FakeChannel());

    expect(() => traceChannel(fake as unknown as Channel, createWaybill())).toThrow(WaybillError);
    fake.sendToQueue('orders', content);
    expect(fake.calls).toHaveLength(1);
    expect(fake.eventNames()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a channel', new FakeChannel()],
    ['a promise', Promise.resolve({ createChannel: () => undefined })],
    ['an object with half of the methods', { createChannel: () => undefined, on: () => undefined }],
  ])('%s instead of a connection', (_what, given) => {
    const before = Reflect.ownKeys(Object(given));

    expect(() => traceConnection(given as ChannelModel, createWaybill())).toThrow(WaybillError);
    expect(Reflect.ownKeys(Object(given))).toEqual(before);
  });
});

function setUp(given?: Waybill) {
  const { fake, ...others } = traceFake(new FakeChannel(), given);
  return { calls: fake.calls, ...others };
}
