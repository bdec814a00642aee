import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import type { Channel, Options } from 'amqplib';
import { traceChannel } from './trace-channel.ts';

/** What a channel of amqplib has, with the calls that reach it. */
class FakeChannel extends EventEmitter {
  readonly connection = {};
  readonly calls: unknown[][] = [];

  publish(...args: unknown[]): boolean {
    this.calls.push(args);
    return true;
  }

  sendToQueue(queue: string, content: Buffer, options?: Options.Publish): boolean {
    return this.publish('', queue, content, options);
  }
}

for (const name of [
  'consume',
  'get',
  'assertQueue',
  'cancel',
  'ack',
  'ackAll',
  'nack',
  'nackAll',
  'reject',
  'recover',
]) {
  Object.defineProperty(FakeChannel.prototype, name, { value: () => undefined, configurable: true });
}

const content = Buffer.from('one');

describe('a channel', () => {
  it('is traced once, however often it is wrapped', () => {
    const { channel, spans, waybill } = setUp();
    expect(traceChannel(channel, waybill)).toBe(channel);
    channel.sendToQueue('orders', content);

    spans.named('publish orders').toHaveCount(1);
  });

  it('gets the caller’s own arguments where there is neither an SDK nor middleware', () => {
    const { channel, calls } = setUp(createWaybill());
    const options = { headers: {} };
    channel.publish('', 'orders', content, options);

    expect(calls).toEqual([['', 'orders', content, options]]);
    expect(calls[0]?.[3]).toBe(options);
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

function setUp(given?: Waybill) {
  const spans = recordSpans();
  const waybill = given ?? createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  const fake = new FakeChannel();
  return { channel: traceChannel(fake as unknown as Channel, waybill), calls: fake.calls, spans, waybill };
}
