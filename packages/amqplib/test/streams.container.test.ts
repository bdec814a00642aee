import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { consume } from './consume.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

const stream = { durable: true, arguments: { 'x-queue-type': 'stream' } };
const fromFirst: Options.Consume = { arguments: { 'x-stream-offset': 'first' } };

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('a message of a stream', () => {
  it.each<[string, (channel: Channel, message: ConsumeMessage) => unknown]>([
    ['nack', (channel, message) => channel.nack(message)],
    ['reject', (channel, message) => channel.reject(message)],
    ['nackAll', (channel) => channel.nackAll()],
  ])('does not come back after %s, and its span says that it was refused', async (_how, giveBack) => {
    const queue = await testBed.queue(stream);
    const channel = await streamReader(queue, ['one', 'two']);
    const bodies: string[] = [];
    await consume(
      channel,
      queue,
      2,
      (message) => {
        bodies.push(String(message.content));
        giveBack(channel, message);
      },
      fromFirst,
    );

    expect(bodies).toEqual(['one', 'two']);
    testBed.spans
      .named(`process ${queue}`)
      .toHaveCount(2)
      .each.toHaveFailedWith('rejected')
      .toHaveAttributes({ 'waybill.message.outcome': 'failed', 'waybill.message.attempt': 1 });
  });

  it('is known by where it was declared, where its consumer names no offset', async () => {
    const queue = testBed.queueName();
    const channel = await testBed.channel();
    await channel.prefetch(10);
    await channel.assertQueue(queue, stream);
    const handled = consume(channel, queue, 1, (message) => channel.nack(message));
    // Answered after the consumer has begun, where the stream ends.
    await channel.checkQueue(queue);
    channel.sendToQueue(queue, Buffer.from('one'));
    await handled;

    testBed.spans.named(`process ${queue}`).toHaveAttributes({ 'waybill.message.outcome': 'failed' });
  });

  it('is read again as often as one likes, each time as the first', async () => {
    const queue = await testBed.queue(stream);
    for (const bodies of [['one'], []]) {
      const channel = await streamReader(queue, bodies);
      await consume(channel, queue, 1, (message) => channel.ack(message), fromFirst);
    }

    testBed.spans
      .named(`process ${queue}`)
      .toHaveCount(2)
      .each.toBeChildOf(testBed.spans.named(`publish ${queue}`))
      .toHaveAttributes({ 'waybill.message.attempt': 1, 'waybill.message.outcome': undefined });
  });
});

/** A channel that may consume a stream, and has published to it. */
async function streamReader(queue: string, bodies: readonly string[]): Promise<Channel> {
  const channel = await testBed.confirmChannel();
  await channel.prefetch(10);
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body));
  await channel.waitForConfirms();
  return channel;
}
