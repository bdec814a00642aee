import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { consumeOne } from './consume.ts';
import { RabbitLab } from './rabbit-lab.ts';

let lab: RabbitLab;
beforeAll(async () => {
  lab = await RabbitLab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.spans.clear());
afterEach(() => lab.disconnect());

describe('a message that waited in a queue with a time to live', () => {
  it('says the time to live that its sender gave it, and its age without that', async () => {
    const queue = await lab.queue();
    const delay = await lab.queue({ deadLetterExchange: '', deadLetterRoutingKey: queue });
    const due = lab.waybill({ policy: { ageFrom: 'due' } });
    const channel = await lab.channel(due);
    const sentAt = Date.now();
    channel.sendToQueue(delay, Buffer.from('one'), { expiration: 500 });
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = lab.spans.named(`process ${queue}`).only;
    const elapsed = (Date.now() - sentAt) / 1_000;
    expect(attributes['waybill.message.delay']).toBe(0.5);
    expect(attributes['waybill.message.age']).toBeLessThanOrEqual(elapsed - 0.5);
  });

  it('says how long it waited where the queue has a time to live, to the second that RabbitMQ writes', async () => {
    const queue = await lab.queue();
    const delay = await lab.queue({
      deadLetterExchange: '',
      deadLetterRoutingKey: queue,
      messageTtl: 2_500,
    });
    const channel = await lab.channel(lab.waybill({ policy: { ageFrom: 'due' } }));
    channel.sendToQueue(delay, Buffer.from('one'));
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = lab.spans.named(`process ${queue}`).only;
    const waited = Number(attributes['waybill.message.delay']);
    expect(waited).toBeGreaterThan(1.5);
    expect(waited + Number(attributes['waybill.message.age'])).toBeGreaterThanOrEqual(2.5);
  });

  it('counts its age from the publish unless the rule says otherwise', async () => {
    const queue = await lab.queue();
    const delay = await lab.queue({ deadLetterExchange: '', deadLetterRoutingKey: queue });
    const channel = await lab.channel();
    channel.sendToQueue(delay, Buffer.from('one'), { expiration: 500 });
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = lab.spans.named(`process ${queue}`).only;
    expect(attributes['waybill.message.age']).toBeGreaterThanOrEqual(0.5);
  });
});
