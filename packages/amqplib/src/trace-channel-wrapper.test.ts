import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { delivered, FakeChannel } from '../test/fake-channel.ts';
import { traceAmqpChannelWrapper } from './trace-channel-wrapper.ts';

/** What a channel of a manager has, with the calls that reach it. */
class FakeWrapper {
  readonly calls: unknown[][] = [];
  readonly setups: ((channel: FakeChannel) => unknown)[] = [];

  async publish(...args: unknown[]): Promise<void> {
    this.calls.push(args);
  }

  async sendToQueue(...args: unknown[]): Promise<void> {
    this.calls.push(args);
  }

  async consume(): Promise<void> {}

  async addSetup(setup: (channel: FakeChannel) => unknown): Promise<void> {
    this.setups.push(setup);
  }
}

describe('a channel that a manager has made', () => {
  it('is traced once, however often it is wrapped', async () => {
    const { wrapper, spans, waybill } = setUp();
    expect(traceAmqpChannelWrapper(wrapper, waybill)).toBe(wrapper);
    await wrapper.publish('shop', 'created', 'one');

    expect(wrapper.setups).toHaveLength(1);
    spans.named('publish shop:created').toHaveSucceeded();
  });

  it('has each channel of amqplib traced that it opens', () => {
    const { wrapper, spans } = setUp();
    for (const fake of [new FakeChannel(), new FakeChannel()]) {
      open(wrapper, fake);
      fake.consume('orders', () => fake.publish('', 'answers', Buffer.from('one')));
      fake.handler?.(delivered(1));
      fake.emit('close');
    }

    spans.named('process orders').toHaveCount(2);
    spans.named('publish answers').toHaveCount(2);
  });

  it('keeps to the least frame of a broker until it has a connection, and then knows its queues', async () => {
    const { wrapper, spans } = setUp();
    const large = { headers: { large: 'x'.repeat(4_000) } };
    await wrapper.sendToQueue('orders', 'one', large);
    const fake = new FakeChannel();
    Object.assign(fake.connection, { frameMax: 131_072 });
    open(wrapper, fake);
    Reflect.apply(Reflect.get(fake, 'assertQueue'), fake, ['orders', { exclusive: true }]);
    await wrapper.sendToQueue('orders', 'two', large);

    const carries = wrapper.calls.map(([, , options]) => 'traceparent' in Object(options).headers);
    expect(carries).toEqual([false, true]);
    expect(spans.each.all.map(({ name }) => name)).toEqual(['publish orders', 'publish (temporary)']);
  });
});

it('what is none is refused', () => {
  expect(() => traceAmqpChannelWrapper({} as never, setUp().waybill)).toThrow(
    'traceAmqpChannelWrapper: an object is not a channel of amqp-connection-manager: it has no method publish, sendToQueue, consume, addSetup. Pass what createChannel() of a manager gives.',
  );
});

function setUp() {
  const spans = recordSpans();
  const waybill = createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  return { wrapper: traceAmqpChannelWrapper(new FakeWrapper(), waybill), spans, waybill };
}

/** Opens a channel of amqplib, as a manager does that has connected. */
function open({ setups }: FakeWrapper, channel: FakeChannel): void {
  for (const setup of setups) setup(channel);
}
