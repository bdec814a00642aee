import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { GetMessage } from 'amqplib';
import { processMessage } from '../src/index.ts';
import { consume, consumeOne } from './consume.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('a span', () => {
  it('says what RabbitMQ knows of a message', async () => {
    const queue = await testBed.queue();
    const exchange = `shop-${queue}`;
    await testBed.admin.assertExchange(exchange, 'topic', { autoDelete: true });
    await testBed.admin.bindQueue(queue, exchange, 'order.*');
    const channel = await testBed.channel();
    channel.publish(exchange, 'order.created', Buffer.from('one'), {
      messageId: 'm-1',
      correlationId: 'c-1',
    });
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const common = {
      'messaging.system.name': 'rabbitmq',
      'rabbitmq.destination.routing_key': 'order.created',
      'messaging.message.id': 'm-1',
      'messaging.message.conversation_id': 'c-1',
    };
    const sent = testBed.spans
      .named(`publish ${exchange}:order.created`)
      .toHaveKind('PRODUCER')
      .toHaveAttributes({ ...common, 'messaging.destination.name': `${exchange}:order.created` });
    testBed.spans
      .named(`process ${exchange}:order.created:${queue}`)
      .toBeChildOf(sent)
      .toHaveKind('CONSUMER')
      .toHaveAttributes({
        ...common,
        'messaging.destination.name': `${exchange}:order.created:${queue}`,
        'rabbitmq.message.delivery_tag': 1,
        'waybill.message.attempt': 1,
        'waybill.message.age.source': 'waybill',
      });
  });

  it('does not say the name of a queue that the server named', async () => {
    const channel = await testBed.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'amq.topic', `key-${queue}`);
    channel.publish('amq.topic', `key-${queue}`, Buffer.from('one'));
    channel.sendToQueue(queue, Buffer.from('two'));
    await consume(channel, queue, 2, (message) => channel.ack(message));

    testBed.spans.named(`process amq.topic:key-${queue}`).toHaveAttributes({
      'messaging.destination.name': `amq.topic:key-${queue}:${queue}`,
      'messaging.destination.anonymous': true,
    });
    for (const name of ['publish (anonymous)', 'process (anonymous)']) {
      testBed.spans.named(name).toHaveAttributes({
        'messaging.destination.name': queue,
        'messaging.destination.template': '(anonymous)',
        'messaging.destination.anonymous': true,
      });
    }
  });

  it('does not say the name of a queue that only its connection has', async () => {
    const channel = await testBed.channel();
    const { queue } = await channel.assertQueue(testBed.queueName(), { exclusive: true });
    channel.sendToQueue(queue, Buffer.from('one'));
    await consumeOne(channel, queue, (message) => channel.ack(message));

    testBed.spans.named('process (temporary)').toHaveAttributes({
      'messaging.destination.name': queue,
      'messaging.destination.temporary': true,
      'messaging.destination.anonymous': undefined,
    });
  });

  it('covers a question and its answer by direct reply-to', async () => {
    const queue = await testBed.queue();
    const [asking, answering] = [await testBed.channel(), await testBed.channel()];
    await answering.consume(queue, (question) => {
      if (question === null) return;
      answering.sendToQueue(question.properties.replyTo, Buffer.from('yes'));
      answering.ack(question);
    });
    const answered = consumeOne(asking, 'amq.rabbitmq.reply-to', () => undefined, { noAck: true });
    asking.sendToQueue(queue, Buffer.from('in stock?'), { replyTo: 'amq.rabbitmq.reply-to' });
    await answered;

    const handled = testBed.spans
      .named(`process ${queue}`)
      .toBeChildOf(testBed.spans.named(`publish ${queue}`));
    testBed.spans
      .named('process (anonymous)')
      .toBeChildOf(testBed.spans.named('publish (anonymous)').toBeChildOf(handled));
  });
});

describe('the age of a message', () => {
  it.each([
    ['timestamp_in_ms', { headers: { timestamp_in_ms: Date.now() - 5_000 }, timestamp: 1 }],
    ['properties.timestamp', { timestamp: Math.floor(Date.now() / 1_000) - 5 }],
    ['properties.timestamp', { timestamp: Date.now() - 5_000 }],
    ['properties.timestamp', { timestamp: (Date.now() - 5_000) * 1_000 }],
  ])('counts from %s where the sender has no header of ours', async (source, options) => {
    const queue = await testBed.queue();
    testBed.admin.sendToQueue(queue, Buffer.from('one'), options);
    const channel = await testBed.channel();
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const { attributes } = testBed.spans.named(`process ${queue}`).only;
    expect(attributes['waybill.message.age.source']).toBe(source);
    expect(attributes['waybill.message.age']).toBeGreaterThanOrEqual(5);
    expect(attributes['waybill.message.age']).toBeLessThan(60);
  });

  it('goes through a delay queue, and the delay is no attempt', async () => {
    const queue = await testBed.queue();
    const delay = await testBed.queue({ deadLetterExchange: '', deadLetterRoutingKey: queue });
    const channel = await testBed.channel(testBed.waybill({ policy: { linkAfter: 20 } }));
    channel.sendToQueue(delay, Buffer.from('one'), { expiration: 50 });
    await consumeOne(channel, queue, (message) => channel.ack(message));

    const handled = testBed.spans.named(`process ${queue}`).toBeRoot();
    handled.toLinkTo(testBed.spans.named(`publish ${delay}`)).toHaveAttributes({
      'waybill.relation.reason': 'late',
      'waybill.message.attempt': 1,
      'waybill.dead_letter.reason': 'expired',
      'waybill.dead_letter.queue': delay,
      'waybill.dead_letter.count': 1,
    });
    expect(handled.only.attributes['waybill.message.age']).toBeGreaterThanOrEqual(0.05);
  });
});

describe.each([
  ['classic', 3],
  ['quorum', 3],
])('attempts at a message of a %s queue', (type, attempts) => {
  it('are counted and linked', async () => {
    const queue = await testBed.queue({ arguments: { 'x-queue-type': type } });
    const channel = await testBed.channel();
    channel.sendToQueue(queue, Buffer.from('one'));
    let count = 0;
    await consume(channel, queue, attempts, (message) => {
      count += 1;
      if (count < attempts) channel.nack(message);
      else channel.ack(message);
    });

    const handled = testBed.spans.named(`process ${queue}`).toHaveCount(attempts);
    expect(handled.all.map(({ attributes }) => attributes['waybill.message.attempt'])).toEqual([1, 2, 3]);
    expect(handled.all.map(({ attributes }) => attributes['waybill.message.outcome'])).toEqual([
      'deferred',
      'deferred',
      undefined,
    ]);
    handled.each.toHaveSucceeded().toBeChildOf(testBed.spans.named(`publish ${queue}`));
    handled.at(2).toLinkTo(handled.at(1), { 'waybill.link.to': 'previous-attempt' });
  });
});

it.each(['classic', 'quorum'])(
  'what a handler of a quorum queue passes on with its headers to a %s queue is at its first attempt there',
  async (type) => {
    const queue = await testBed.queue({ arguments: { 'x-queue-type': 'quorum' } });
    const next = await testBed.queue({ arguments: { 'x-queue-type': type } });
    const channel = await testBed.channel();
    channel.sendToQueue(queue, Buffer.from('one'));
    let count = 0;
    await consume(channel, queue, 3, (message) => {
      count += 1;
      if (count < 3) {
        channel.nack(message);
        return;
      }
      channel.sendToQueue(next, message.content, { headers: message.properties.headers });
      channel.ack(message);
    });
    const headers: unknown[] = [];
    await consume(channel, next, 3, (message) => {
      headers.push(message.properties.headers?.['x-delivery-count']);
      if (headers.length < 3) channel.nack(message);
      else channel.ack(message);
    });

    expect(headers[0]).toBe(2);
    const attempts = (name: string): unknown[] =>
      testBed.spans
        .named(`process ${name}`)
        .all.map(({ attributes }) => attributes['waybill.message.attempt']);
    expect([attempts(queue), attempts(next)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  },
);

it.each(['classic', 'quorum'])(
  'a message that goes round a retry loop of %s queues is a child, then links, with one context',
  async (type) => {
    const waiting = testBed.queueName();
    const queueType = { 'x-queue-type': type };
    const work = await testBed.queue({
      deadLetterExchange: '',
      deadLetterRoutingKey: waiting,
      arguments: queueType,
    });
    await testBed.admin.assertQueue(waiting, {
      messageTtl: 20,
      deadLetterExchange: '',
      deadLetterRoutingKey: work,
      arguments: queueType,
    });
    let now = 1_800_000_000_000;
    const channel = await testBed.channel(testBed.waybill({ clock: () => now, policy: { linkAfter: '1m' } }));
    channel.sendToQueue(work, Buffer.from('one'));
    const contexts: unknown[] = [];
    await consume(channel, work, 3, (message) => {
      contexts.push(message.properties.headers?.traceparent);
      now += 61_000;
      if (contexts.length < 3) channel.reject(message, false);
      else channel.ack(message);
    });

    expect(new Set(contexts).size).toBe(1);
    const rounds = testBed.spans.named(`process ${work}`).toHaveCount(3);
    const names = ['relation', 'message.age', 'message.attempt', 'dead_letter.reason', 'dead_letter.count'];
    expect(rounds.all.map(({ attributes }) => names.map((name) => attributes[`waybill.${name}`]))).toEqual([
      ['parent', 0, 1, undefined, undefined],
      ['link', 61, 2, 'rejected', 1],
      ['link', 122, 3, 'rejected', 2],
    ]);
    const sent = testBed.spans.named(`publish ${work}`);
    rounds.at(0).toBeChildOf(sent);
    for (const round of [1, 2]) {
      rounds
        .at(round)
        .toBeRoot()
        .toLinkTo(sent, { 'waybill.link.to': 'creation' })
        .toLinkTo(rounds.at(round - 1), { 'waybill.link.to': 'previous-attempt' });
    }
  },
);

describe('a message that is got', () => {
  it('is handled by processMessage', async () => {
    const queue = await testBed.queue();
    const channel = await testBed.channel(testBed.waybill({ receiveSpans: 'always' }));
    expect(await channel.get(queue)).toBe(false);
    channel.sendToQueue(queue, Buffer.from('one'));
    let message: GetMessage | false = false;
    await until(async () => {
      message = await channel.get(queue);
      return message !== false;
    });
    processMessage(message as unknown as GetMessage, (got) => channel.ack(got));

    testBed.spans.named(`get ${queue}`).toHaveKind('CLIENT').toHaveLinks(1);
    testBed.spans.named(`process ${queue}`).toBeChildOf(testBed.spans.named(`publish ${queue}`));
  });
});
