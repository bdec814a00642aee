import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { consumeOne } from './consume.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('a message that waited in a queue with a time to live', () => {
  it('says the time to live that its sender gave it, and its age without that', async () => {
    const queue = await testBed.queue();
    const delay = await testBed.queue({ deadLetterExchange: '', deadLetterRoutingKey: queue });
    const due = testBed.waybill({ policy: { ageFrom: 'due' } });
    const channel = await testBed.channel(due);
    const sentAt = Date.now();
    channel.sendToQueue(delay, Buffer.from('one'), { expiration: 500 });
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = testBed.spans.named(`process ${queue}`).only;
    const elapsed = (Date.now() - sentAt) / 1_000;
    expect(attributes['waybill.message.delay']).toBe(0.5);
    expect(attributes['waybill.message.age']).toBeLessThanOrEqual(elapsed - 0.5);
  });

  it('says how long it waited where the queue has a time to live, to the second that RabbitMQ writes', async () => {
    const queue = await testBed.queue();
    const delay = await testBed.queue({
      deadLetterExchange: '',
      deadLetterRoutingKey: queue,
      messageTtl: 2_500,
    });
    const channel = await testBed.channel(testBed.waybill({ policy: { ageFrom: 'due' } }));
    channel.sendToQueue(delay, Buffer.from('one'));
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = testBed.spans.named(`process ${queue}`).only;
    const waited = Number(attributes['waybill.message.delay']);
    expect(waited).toBeGreaterThan(1.5);
    expect(waited + Number(attributes['waybill.message.age'])).toBeGreaterThanOrEqual(2.5);
  });

  it('counts its age from the publish unless the rule says otherwise', async () => {
    const queue = await testBed.queue();
    const delay = await testBed.queue({ deadLetterExchange: '', deadLetterRoutingKey: queue });
    const channel = await testBed.channel();
    channel.sendToQueue(delay, Buffer.from('one'), { expiration: 500 });
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = testBed.spans.named(`process ${queue}`).only;
    expect(attributes['waybill.message.age']).toBeGreaterThanOrEqual(0.5);
  });
});
