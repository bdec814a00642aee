import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { AmqpTracingOptions } from '../src/index.ts';
import { consume, consumeOne } from './consume.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

const everyTag = { fields: { deliveryTag: 0 } } as ConsumeMessage;

let testBed: RabbitTestBed;
let queue: string;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  testBed.spans.clear();
  queue = await testBed.queue();
});
afterEach(() => testBed.disconnect());

describe('the span of a message', () => {
  it.each<[string, AmqpTracingOptions, string[]]>([
    ['when the promise settles', {}, ['acked', 'settled', 'ended']],
    ['when the promise settles', { endProcessSpan: 'handler' }, ['acked', 'settled', 'ended']],
    ['at the acknowledgement', { endProcessSpan: 'ack' }, ['acked', 'ended', 'settled']],
  ])('of an asynchronous handler ends %s: %j', async (_when, options, expected) => {
    const channel = await channelWith(options, 'one');
    const steps: string[] = [];
    const note = (step: string): void => {
      steps.push(step);
      if (ended() === 1 && !steps.includes('ended')) steps.push('ended');
    };
    await consumeOne(channel, queue, async (message) => {
      await new Promise(setImmediate);
      channel.ack(message);
      note('acked');
      await new Promise(setImmediate);
      note('settled');
    });
    await until(() => steps.includes('settled'));
    await until(() => ended() === 1);
    if (!steps.includes('ended')) steps.push('ended');

    expect(steps).toEqual(expected);
  });

  it.each<[string, AmqpTracingOptions, number]>([
    ['at the acknowledgement', {}, 0],
    ['at the acknowledgement', { endProcessSpan: 'ack' }, 0],
    ['at return', { endProcessSpan: 'handler' }, 1],
  ])('of a handler that returns nothing ends %s: %j', async (_when, options, afterReturn) => {
    const channel = await channelWith(options, 'one');
    const messages: ConsumeMessage[] = [];
    await consumeOne(channel, queue, (message) => void messages.push(message));

    expect(ended()).toBe(afterReturn);
    for (const message of messages) channel.ack(message);
    expect(ended()).toBe(1);
    process().toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': undefined });
  });

  it('that is acknowledged in its handler ends at return', async () => {
    const channel = await channelWith({}, 'one');
    const inside: number[] = [];
    await consumeOne(channel, queue, (message) => {
      channel.ack(message);
      inside.push(ended());
    });

    expect([inside, ended()]).toEqual([[0], 1]);
  });

  it.each(['auto', 'ack', 'handler'] as const)(
    'says that it was given back, whatever ends it: %s',
    async (endProcessSpan) => {
      const channel = await channelWith({ endProcessSpan }, 'one');
      let calls = 0;
      await consume(channel, queue, 2, async (message) => {
        calls += 1;
        if (calls === 1) channel.nack(message);
        else channel.ack(message);
        await new Promise(setImmediate);
      });
      await until(() => ended() === 2);

      const outcomes = process().all.map(({ attributes }) => attributes['waybill.message.outcome']);
      expect(outcomes.sort()).toEqual(['deferred', undefined]);
    },
  );

  it.each(['auto', 'ack', 'handler'] as const)(
    'of a consumer without acknowledgements ends with its handler: %s',
    async (endProcessSpan) => {
      const channel = await channelWith({ endProcessSpan }, 'one', 'two');
      let inside = -1;
      await consume(
        channel,
        queue,
        2,
        ({ content }) =>
          String(content) === 'one'
            ? undefined
            : new Promise(setImmediate).then(() => {
                inside = ended();
              }),
        { noAck: true },
      );
      await until(() => ended() === 2);

      expect(inside).toBe(1);
      process().each.toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': undefined });
    },
  );

  it('says that it was given back, which is no failure, or rejected, which is one', async () => {
    const channel = await channelWith({}, 'one', 'two', 'three', 'four');
    const settle = [
      (message: ConsumeMessage) => channel.nack(message, false, true),
      (message: ConsumeMessage) => channel.reject(message),
      (message: ConsumeMessage) => channel.nack(message, false, false),
      (message: ConsumeMessage) => channel.reject(message, false),
    ];
    await channel.prefetch(4);
    let calls = 0;
    await consume(channel, queue, 6, (message) => {
      (settle[calls] ?? ((again) => channel.ack(again)))(message);
      calls += 1;
    });

    const outcomes = process().all.map(({ attributes }) => attributes['waybill.message.outcome']);
    expect(outcomes).toEqual(['deferred', 'deferred', 'failed', 'failed', undefined, undefined]);
    for (const index of [0, 1, 4, 5]) process().at(index).toHaveSucceeded();
    for (const index of [2, 3]) process().at(index).toHaveFailedWith('rejected');
  });

  it('says that it was dead-lettered where its connection declared where dead letters go', async () => {
    const channel = await testBed.channel();
    queue = testBed.queueName();
    await channel.assertQueue(queue, { deadLetterExchange: 'amq.fanout' });
    channel.sendToQueue(queue, Buffer.from('one'));
    await consumeOne(channel, queue, (message) => channel.reject(message, false));

    process().toHaveFailedWith('rejected').toHaveAttributes({ 'waybill.message.outcome': 'dead-lettered' });
  });

  it.each<[string, (channel: Channel, messages: ConsumeMessage[]) => unknown, string | undefined, number]>([
    ['ack up to the second', (channel, messages) => channel.ack(second(messages), true), undefined, 2],
    [
      'nack up to the second',
      (channel, messages) => channel.nack(second(messages), true, false),
      'failed',
      2,
    ],
    ['ack up to the tag 0, which is all', (channel) => channel.ack(everyTag, true), undefined, 3],
    ['nack up to the tag 0', (channel) => channel.nack(everyTag, true, false), 'failed', 3],
    ['ackAll', (channel) => channel.ackAll(), undefined, 3],
    ['nackAll', (channel) => channel.nackAll(false), 'failed', 3],
    ['recover', (channel) => channel.recover(), 'deferred', 3],
  ])('ends by %s', async (_how, settle, outcome, count) => {
    const channel = await channelWith({}, 'one', 'two', 'three');
    const messages: ConsumeMessage[] = [];
    await consume(channel, queue, 3, (message) => void messages.push(message));
    const before = ended();
    const settled = settle(channel, messages);

    expect([before, ended()]).toEqual([0, count]);
    process().each.toHaveAttributes({ 'waybill.message.outcome': outcome });
    await settled;
  });
});

describe('a message that is never settled', () => {
  it.each<[string, (channel: Channel, tag: string) => unknown]>([
    ['its channel is closed', (channel) => channel.close()],
    [
      'its channel fails',
      async (channel) => {
        channel.publish('no such exchange', '', Buffer.from('one'));
        await new Promise((resolve) => channel.once('close', resolve));
      },
    ],
    ['its connection is closed', () => testBed.disconnect()],
    ['its consumer is cancelled', (channel, tag) => channel.cancel(tag)],
    [
      'its queue is deleted',
      async (channel) => {
        const cancelled = once(channel, 'cancel');
        await testBed.admin.deleteQueue(queue);
        await cancelled;
      },
    ],
  ])('ends its span when %s, and says so', async (_when, goAway) => {
    const channel = await channelWith({}, 'one', 'two');
    channel.on('error', () => undefined);
    await consume(channel, queue, 2, () => undefined, { consumerTag: 'worker' });
    const before = ended();
    await goAway(channel, 'worker');

    expect(before).toBe(0);
    process()
      .toHaveCount(2)
      .each.toHaveSucceeded()
      .toHaveAttributes({ 'waybill.message.outcome': 'unsettled' });
  });

  it('ends its span when its channel is closed while its handler runs', async () => {
    const channel = await channelWith({}, 'one');
    await consumeOne(channel, queue, () => new Promise(() => undefined));
    await channel.close();

    process().toHaveCount(1).toHaveAttributes({ 'waybill.message.outcome': 'unsettled' });
  });

  it('ends its span with the error of a handler that throws, which closes the channel', async () => {
    const channel = await channelWith({}, 'one');
    const closed = once(channel, 'error');
    await consumeOne(channel, queue, () => {
      throw new RangeError('no stock');
    });
    await closed;

    process().toHaveCount(1).toHaveFailedWith('RangeError', 'no stock');
  });

  it('ends its span when middleware does not call its handler', async () => {
    const channel = await testBed.channel(
      testBed.waybill().use({ name: 'closed', consume: () => undefined }),
    );
    channel.sendToQueue(queue, Buffer.from('one'));
    await channel.consume(queue, () => undefined);
    await until(() => ended() === 1);

    process().toHaveAttributes({ 'waybill.skipped_by': 'closed' });
  });
});

async function channelWith(options: AmqpTracingOptions, ...bodies: string[]): Promise<Channel> {
  const channel = await testBed.channel(testBed.waybill(), options);
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body));
  return channel;
}

function process() {
  return testBed.spans.named(`process ${queue}`);
}

function ended(): number {
  return process().count;
}

function second([, message]: ConsumeMessage[]): ConsumeMessage {
  if (message === undefined) throw new Error('There is no second message.');
  return message;
}

it('what a handler gives is looked at only if it is a promise: amqplib looks at nothing', async () => {
  const queue = await testBed.queue();
  const channel = await testBed.channel();
  let asked = false;
  const query = Object.defineProperty({}, 'then', {
    get() {
      asked = true;
      return undefined;
    },
  });
  await channel.consume(queue, (message) => {
    if (message !== null) channel.ack(message);
    return query as never;
  });
  channel.sendToQueue(queue, Buffer.from('one'));
  await testBed.spans.waitFor(`process ${queue}`);
  expect(asked).toBe(false);
});
