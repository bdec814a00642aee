import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

const refusing = { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } };

describe('a publish that the broker confirms', () => {
  it('is marked when the broker refuses it, and its callback is told', async () => {
    const queue = await testBed.queue(refusing);
    const channel = await testBed.confirmChannel();
    const answers: unknown[] = [];
    for (const body of ['kept', 'refused']) {
      await new Promise<void>((resolve) => {
        channel.sendToQueue(queue, Buffer.from(body), {}, (error) => {
          answers.push(error);
          resolve();
        });
      });
    }

    expect(answers).toEqual([null, new Error('message nacked')]);
    const sent = testBed.spans.named(`publish ${queue}`).toHaveCount(2);
    sent.at(0).toHaveSucceeded();
    sent.at(1).toHaveFailedWith('Error', 'message nacked');
  });

  it('is marked when only waitForConfirms asks', async () => {
    const queue = await testBed.queue(refusing);
    const channel = await testBed.confirmChannel();
    channel.sendToQueue(queue, Buffer.from('kept'));
    await channel.waitForConfirms();
    channel.publish('', queue, Buffer.from('refused'));
    await expect(channel.waitForConfirms()).rejects.toThrow('message nacked');

    testBed.spans.named(`publish ${queue}`).at(0).toHaveSucceeded();
    testBed.spans.named(`publish ${queue}`).at(1).toHaveFailedWith('Error', 'message nacked');
  });

  it('has its span until it is confirmed, or its channel is gone', async () => {
    const queue = await testBed.queue();
    const channel = await testBed.confirmChannel();
    channel.on('error', () => undefined);
    channel.sendToQueue(queue, Buffer.from('one'));
    expect(testBed.spans.named(`publish ${queue}`).count).toBe(0);
    await channel.waitForConfirms();
    testBed.spans.named(`publish ${queue}`).toHaveCount(1).toHaveSucceeded();

    channel.publish('no such exchange', 'key', Buffer.from('two'));
    await expect(channel.waitForConfirms()).rejects.toThrow('channel closed');
    testBed.spans.named('publish no such exchange:key').toHaveFailedWith('Error', 'channel closed');
  });

  it('has an event where no queue takes the message', async () => {
    const queue = await testBed.queue();
    const channel = await testBed.confirmChannel();
    const returned: unknown[] = [];
    channel.on('return', ({ content }) => returned.push(String(content)));
    channel.sendToQueue('nobody', Buffer.from('lost'), { mandatory: true });
    channel.sendToQueue(queue, Buffer.from('kept'), { mandatory: true });
    channel.sendToQueue('nobody', Buffer.from('lost quietly'));
    await channel.waitForConfirms();

    expect(returned).toEqual(['lost']);
    expect(testBed.spans.named('publish nobody').all.map(({ events }) => events)).toMatchObject([
      [{ name: 'waybill.message.returned', attributes: { 'waybill.return.reason': 'NO_ROUTE' } }],
      [],
    ]);
    expect(testBed.spans.named(`publish ${queue}`).only.events).toEqual([]);
  });
});

describe('the room of a message', () => {
  it.each([60_000, 65_000, 65_400])('is left to headers of the user, here of %i bytes', async (size) => {
    const queue = await testBed.queue();
    const channel = await testBed.confirmChannel();
    channel.sendToQueue(queue, Buffer.from('one'), { headers: { big: 'x'.repeat(size) } });
    await channel.waitForConfirms();

    const message = await channel.get(queue, { noAck: true });
    const headers = message === false ? undefined : message.properties.headers;
    expect(headers?.big).toHaveLength(size);
    expect(['traceparent', 'waybill'].filter((name) => name in (headers ?? {}))).toEqual(
      size < 65_400 ? ['traceparent', 'waybill'] : ['traceparent'],
    );
  });

  it.each(['CC', 'BCC'])('is left to copies: %s', async (name) => {
    const queue = await testBed.queue();
    const channel = await testBed.confirmChannel();
    const copies = Array.from({ length: 30 }, () => 'x'.repeat(100));
    channel.sendToQueue(queue, Buffer.from('one'), {
      headers: { big: 'x'.repeat(62_000) },
      [name]: copies,
    });
    await channel.waitForConfirms();

    const message = await channel.get(queue, { noAck: true });
    expect(Object(message).properties?.headers?.big).toHaveLength(62_000);
  });

  it('is refused by amqplib with its own error where the user has too much', async () => {
    const [bare, traced] = [await (await testBed.connection()).createChannel(), await testBed.channel()];
    const outcomes = [bare, traced].map((channel) => {
      try {
        return channel.sendToQueue('any', Buffer.from('one'), { headers: { big: 'x'.repeat(66_000) } });
      } catch (error) {
        return String(error);
      }
    });

    expect(outcomes[0]).toContain('RangeError');
    expect(outcomes[1]).toBe(outcomes[0]);
    testBed.spans.named('publish any').toHaveFailedWith('RangeError');
  });
});

it('a copy of a message that is returned is told from the one that is not', async () => {
  const queue = await testBed.queue();
  const nobody = `nobody-${queue}`;
  const channel = await testBed.confirmChannel();
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, waybill: 'mine' };
  channel.sendToQueue(nobody, Buffer.from('one'), { headers, mandatory: true });
  channel.sendToQueue(queue, Buffer.from('two'), { headers, mandatory: true });
  await channel.waitForConfirms();

  const events = (name: string): readonly unknown[] => testBed.spans.named(`publish ${name}`).only.events;
  expect([events(nobody).length, events(queue)]).toEqual([1, []]);
});
