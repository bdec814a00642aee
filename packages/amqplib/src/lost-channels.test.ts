import { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { delivered, FakeChannel, FakeConfirmChannel, traceFake } from '../test/fake-channel.ts';

const content = Buffer.from('one');

describe('a publish that was not confirmed', () => {
  it('fails when the socket of its connection is destroyed, of which amqplib is told nothing', async () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    const answers: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      channel.sendToQueue('orders', content, {}, (error) => answers.push(error));
    }
    fake.connection.stream.destroy();
    await nextTurns();

    spans.named('publish orders').toHaveCount(5).each.toHaveFailedWith('Error', 'connection closed');
    expect(answers).toEqual([]);
  });

  it('fails when it is made after that', async () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    channel.sendToQueue('orders', content);
    fake.connection.stream.destroy();
    await nextTurns();
    channel.sendToQueue('orders', content);
    await nextTurns();

    spans.named('publish orders').toHaveCount(2).each.toHaveFailedWith('Error', 'connection closed');
  });

  it('fails as amqplib says when its channel is closed', async () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    const reason = new RangeError('no more');
    channel.sendToQueue('orders', content);
    fake.on('close', () => fake.unconfirmed.forEach((confirmed) => void confirmed(reason)));
    fake.emit('close');
    await nextTurns();

    spans.named('publish orders').toHaveFailedWith('RangeError', 'no more');
  });

  it('fails when its channel is closed and amqplib forgot it, or was kept from telling', async () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    fake.on('close', () => {
      throw new TypeError('in a callback of the application');
    });
    channel.sendToQueue('orders', content);
    expect(() => fake.emit('close')).toThrow('in a callback of the application');
    await nextTurns();

    spans.named('publish orders').toHaveFailedWith('Error', 'channel closed');
  });

  it('does not fail that was confirmed', async () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    channel.sendToQueue('orders', content);
    fake.unconfirmed[0]?.(null);
    fake.connection.stream.destroy();
    fake.emit('close');
    await nextTurns();

    spans.named('publish orders').toHaveCount(1).toHaveSucceeded();
  });
});

describe('a message that was not acknowledged', () => {
  it.each([
    ['its channel is closed', (fake: FakeChannel) => void fake.emit('close')],
    [
      'the socket of its connection is destroyed',
      (fake: FakeChannel) => void fake.connection.stream.destroy(),
    ],
  ])('ends its span when %s', async (_when, lose) => {
    const { fake, channel, spans } = traceFake(new FakeChannel());
    channel.consume('orders', () => undefined);
    fake.handler?.(delivered(1));
    expect(spans.named('process orders').count).toBe(0);
    lose(fake);
    await nextTurns();

    spans
      .named('process orders')
      .toHaveSucceeded()
      .toHaveAttributes({ 'waybill.message.outcome': 'unsettled' });
  });
});

it('the channels of a connection have one listener on its socket, and none that handles errors', () => {
  const stream = new Duplex({ read: () => undefined });
  const before = stream.eventNames().map((name) => [name, stream.listenerCount(name)]);
  const channels = Array.from({ length: 20 }, () => traceFake(new FakeConfirmChannel(stream)));
  for (const { channel } of channels) channel.sendToQueue('orders', content);
  const after = stream.eventNames().map((name) => [name, stream.listenerCount(name)]);

  expect(after).toEqual([...before, ['close', 1]]);
  expect(channels.map(({ fake }) => fake.listenerCount('error'))).toEqual(Array(20).fill(0));
});

/** Lets streams tell of their end, and what waits for the next turn run. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}
