import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { createTopics, until } from '@waybill/brokers';
import type { Consumer, EachBatchPayload, IHeaders, KafkaMessage, Message } from 'kafkajs';
import { processMessage, processMessages, traceConsumer, traceProducer } from '../src/index.ts';
import { KafkaTestBed } from './kafka-test-bed.ts';

const hour = 3_600_000;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const waybill = `1-${Date.now()}-${traceId}-b7ad6b7169203331`;

let testBed: KafkaTestBed;
beforeAll(async () => {
  testBed = await KafkaTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('headers', () => {
  it.each<[string, IHeaders[string]]>([
    ['text', traceparent],
    ['bytes', Buffer.from(traceparent)],
    ['a list of one', [traceparent]],
    ['a list of bytes', [Buffer.from(traceparent)]],
  ])('as %s carry the trace', async (_, value) => {
    const topic = await received({ value: 'one', headers: { traceparent: value } as IHeaders });
    const process = await testBed.spans.waitFor(`process ${topic}`);
    expect(process.only.traceId).toBe(traceId);
    process.toHaveAttributes({ 'waybill.relation': 'parent' });
  });

  it.each<[string, IHeaders]>([
    ['twice', { traceparent: [traceparent, traceparent] }],
    ['three times, as text and bytes', { traceparent: [traceparent, Buffer.from(traceparent), traceparent] }],
    [
      'twice, with a waybill that is there twice',
      { traceparent: [traceparent, traceparent], waybill: [waybill, waybill] },
    ],
  ])('that are there %s and are equal carry the trace', async (_, headers) => {
    const topic = await received({ value: 'one', headers });
    const process = await testBed.spans.waitFor(`process ${topic}`);
    expect(process.only.traceId).toBe(traceId);
    process.toHaveAttributes({
      'waybill.relation': 'parent',
      'waybill.message.age.source': 'waybill' in headers ? 'waybill' : 'message.timestamp',
    });
  });

  it('that are repeated and differ lead to a new trace that links to the last', async () => {
    const last = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const topic = await received({ value: 'one', headers: { traceparent: [traceparent, last] } });
    const process = await testBed.spans.waitFor(`process ${topic}`);
    process.toBeRoot().toHaveLinks(1).toHaveAttributes({ 'waybill.relation.reason': 'repeated' });
    expect(process.only.links.map((link) => link.traceId)).toEqual(['1'.repeat(32)]);
  });

  it('of baggage may be repeated', async () => {
    let seen: unknown;
    await received({ value: 'one', headers: { baggage: ['a=1', Buffer.from('b=2')] } }, () => {
      seen = baggage();
    });
    expect(seen).toEqual({ a: '1', b: '2' });
  });

  it('of others arrive as they were sent, and no object of the caller is written to', async () => {
    const topic = await testBed.topic();
    const shades = Object.freeze(['a', Buffer.from('b')]) as (string | Buffer)[];
    const headers: IHeaders = Object.freeze({ color: 'red', shades });
    const message = Object.freeze({ value: 'one', key: null, headers }) as Message;
    const messages = Object.freeze([message]) as Message[];
    const producer = await testBed.producer();
    await producer.send(Object.freeze({ topic, messages }));
    await producer.sendBatch(
      Object.freeze({ topicMessages: Object.freeze([Object.freeze({ topic, messages })]) as never }),
    );
    const arrived = await readAll(await testBed.bareConsumer(), topic, 2);
    for (const { headers: got = {} } of arrived) {
      expect(Object.keys(got)).toEqual(expect.arrayContaining(['color', 'shades', 'traceparent']));
      expect([got.color, got.shades]).toEqual([Buffer.from('red'), [Buffer.from('a'), Buffer.from('b')]]);
    }
    expect(headers).toEqual({ color: 'red', shades: ['a', Buffer.from('b')] });
  });
});

describe('spans', () => {
  it('tell group, partition and offset, and neither keys nor bodies', async () => {
    const topic = await testBed.topic(3);
    const producer = await testBed.producer();
    await producer.send({ topic, messages: [{ key: 'ada@example.org', value: 'secret', partition: 2 }] });
    await readAll(await testBed.consumer(testBed.waybill(), { groupId: `shipping-${topic}` }), topic, 1);
    const sent = testBed.spans.named(`send ${topic}`).toHaveKind('PRODUCER');
    sent.toHaveAttributes({
      'messaging.destination.partition.id': '2',
      'kafka.message.tombstone': undefined,
    });
    const process = await testBed.spans.waitFor(`process ${topic}`);
    process
      .toHaveKind('CONSUMER')
      .toBeChildOf(sent)
      .toHaveAttributes({
        'messaging.system.name': 'kafka',
        'messaging.consumer.group.name': `shipping-${topic}`,
        'messaging.destination.partition.id': '2',
        'kafka.offset': 0,
        'kafka.message.key': undefined,
      });
    expect(JSON.stringify(testBed.spans.each.all)).not.toMatch(/ada@example|secret/);
  });

  it('tell keys where that is asked for, and tombstones', async () => {
    const topic = await testBed.topic();
    const producer = traceProducer(await testBed.bareProducer(), testBed.waybill(), { recordKeys: true });
    const consumer = traceConsumer(await testBed.bareConsumer(), testBed.waybill(), { recordKeys: true });
    await producer.send({ topic, messages: [{ key: 'order-1', value: null }] });
    await readAll(consumer, topic, 1);
    await testBed.spans.waitFor(`process ${topic}`);
    testBed.spans.each.toHaveAttributes({ 'kafka.message.key': 'order-1', 'kafka.message.tombstone': true });
  });
});

it('reports a dead letter without a value as a dead letter', async () => {
  const headers = {
    '__dlq.errors.topic': 'orders',
    '__dlq.errors.delivery.count': '5',
    '__dlq.errors.message': `Offset rejected by client. ${'x'.repeat(30_000)}`,
  };
  const topic = await received({ value: null, headers });
  (await testBed.spans.waitFor(`process ${topic}`)).toHaveAttributes({
    'kafka.message.tombstone': undefined,
    'waybill.dead_letter.queue': 'orders',
    'waybill.dead_letter.count': 5,
    'waybill.dead_letter.reason': `Offset rejected by client. ${'x'.repeat(229)}`,
  });
});

describe('the broker’s time', () => {
  it.each([
    ['CreateTime', 'link'],
    ['LogAppendTime', 'parent'],
  ])('%s of a record that says it is an hour old makes it a %s', async (type, relation) => {
    const topic = await testBed.topic(1, [{ name: 'message.timestamp.type', value: type }]);
    const producer = await testBed.bareProducer();
    const message = { value: 'one', headers: { traceparent }, timestamp: `${Date.now() - hour}` };
    await producer.send({ topic, messages: [message] });
    await readAll(await testBed.consumer(), topic, 1);
    (await testBed.spans.waitFor(`process ${topic}`)).toHaveAttributes({
      'waybill.relation': relation,
      'waybill.message.age.source': 'message.timestamp',
    });
  });

  it.each([
    ['CreateTime', undefined],
    ['LogAppendTime', expect.any(Number)],
  ])('%s of a sender that is not trusted is believed only if the broker wrote it', async (type, age) => {
    const topic = await testBed.topic(1, [{ name: 'message.timestamp.type', value: type }]);
    const producer = await testBed.bareProducer();
    const message = {
      value: 'one',
      headers: { traceparent },
      timestamp: `${Date.now() - 40 * 365 * 24 * hour}`,
    };
    await producer.send({ topic, messages: [message] });
    await readAll(await testBed.consumer(testBed.waybill({ policy: { trust: 'untrusted' } })), topic, 1);
    const process = await testBed.spans.waitFor(`process ${topic}`);
    process.toHaveAttributes({ 'waybill.relation.reason': 'untrusted' });
    expect(process.only.attributes['waybill.message.age']).toEqual(age);
    if (age !== undefined) expect(Number(process.only.attributes['waybill.message.age'])).toBeLessThan(3_600);
  });

  it('makes messages late that are read again after a seek, in a second attempt', async () => {
    const topic = await testBed.topic();
    let late = 0;
    const waybill = testBed.waybill({ clock: () => Date.now() + late });
    const producer = await testBed.producer(waybill);
    await producer.send({ topic, messages: [{ value: 'one' }] });
    const consumer = await testBed.consumer(waybill);
    await readAll(consumer, topic, 1);
    await testBed.spans.waitFor(`process ${topic}`);
    late = hour;
    consumer.seek({ topic, partition: 0, offset: '0' });
    const both = await testBed.spans.waitFor(`process ${topic}`, { count: 2, timeout: 50_000 });
    const sent = testBed.spans.named(`send ${topic}`);
    both.at(0).toBeChildOf(sent).toHaveAttributes({ 'waybill.message.attempt': undefined });
    both
      .at(1)
      .toBeRoot()
      .toLinkTo(sent, { 'waybill.link.to': 'creation' })
      .toLinkTo(both.at(0), { 'waybill.link.to': 'previous-attempt' })
      .toHaveAttributes({ 'waybill.relation.reason': 'late', 'waybill.message.attempt': 2 });
  });
});

it('takes the records of a topic that was deleted and made anew for others than those at the same offsets before', async () => {
  const topic = await testBed.topic();
  const consumer = await testBed.consumer();
  const producer = await testBed.bareProducer();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const seen: string[] = [];
  const eachMessage = async ({ message }: { message: KafkaMessage }): Promise<void> => {
    seen.push(String(message.value));
  };
  await producer.send({ topic, messages: [{ value: 'one' }] });
  await consumer.run({ eachMessage });
  await until(() => seen.length === 1);
  await consumer.stop();
  await testBed.admin.deleteTopics({ topics: [topic] });
  await until(async () => !(await testBed.admin.listTopics()).includes(topic));
  await createTopics(testBed.admin, [{ topic, numPartitions: 1 }]);
  await (await testBed.bareProducer()).send({ topic, messages: [{ value: 'another' }] });
  await consumer.run({ eachMessage });
  await until(() => seen.length === 2);

  expect(seen).toEqual(['one', 'another']);
  const processed = await testBed.spans.waitFor(`process ${topic}`, { count: 2 });
  processed.each.toHaveAttributes({ 'kafka.offset': 0, 'waybill.message.attempt': undefined }).toHaveLinks(0);
});

it('carries the context in transactions, which consumers see once they are committed', async () => {
  const topic = await testBed.topic();
  const config = { transactionalId: topic, maxInFlightRequests: 1, idempotent: true };
  const producer = await testBed.producer(testBed.waybill(), config);
  for (const end of ['abort', 'commit'] as const) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: end }] });
    await transaction[end]();
  }
  const seen = await readAll(await testBed.consumer(), topic, 1);
  expect(seen.map(({ value }) => String(value))).toEqual(['commit']);
  const sent = testBed.spans.named(`send ${topic}`).toHaveCount(2);
  (await testBed.spans.waitFor(`process ${topic}`)).toBeChildOf(sent.at(1));
});

it('gives each message of a batch its own span, time and baggage', async () => {
  const topic = await testBed.topic();
  const producer = await testBed.producer();
  for (const tenant of ['acme', 'globex']) {
    await asTenant(tenant, () => producer.send({ topic, messages: [{ value: tenant }] }));
  }
  const consumer = await testBed.consumer();
  const tenants: unknown[] = [];
  const ended: number[] = [];
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const eachBatch = async ({ batch, resolveOffset }: EachBatchPayload): Promise<void> => {
    for (const message of batch.messages) {
      await processMessage(message, async ({ value }) => {
        await Promise.resolve();
        tenants.push([String(value), baggage()]);
        ended.push(testBed.spans.named(`process ${topic}`).count);
      });
      resolveOffset(message.offset);
    }
    tenants.push(baggage());
    ended.push(testBed.spans.named(`process ${topic}`).count);
  };
  await consumer.run({ eachBatch });
  const processed = await testBed.spans.waitFor(`process ${topic}`, { count: 3, timeout: 50_000 });

  expect(tenants).toEqual([['acme', { tenant: 'acme' }], ['globex', { tenant: 'globex' }], {}]);
  const sent = testBed.spans.named(`send ${topic}`);
  const batch = processed.where({ 'messaging.batch.message_count': 2 });
  batch.toBeRoot().toLinkTo(sent.each).toHaveAttributes({ 'kafka.offset': undefined });
  const [first, second] = [processed.where({ 'kafka.offset': 0 }), processed.where({ 'kafka.offset': 1 })];
  first.toBeChildOf(sent.at(0));
  second.toBeChildOf(sent.at(1));
  expect(ended).toEqual([0, 1, 2]);
  expect(batch.only.duration).toBeGreaterThanOrEqual(first.only.duration + second.only.duration);
});

it('handles a batch again in which a message failed, and names the message', async () => {
  const topic = await testBed.topic();
  const producer = await testBed.bareProducer();
  await producer.send({ topic, messages: ['one', 'two', 'three'].map((value) => ({ value })) });
  const consumer = await testBed.consumer();
  const handled: string[] = [];
  const failures: string[] = [];
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      try {
        await processMessages(batch.messages, ({ value }) => {
          handled.push(String(value));
          if (String(value) === 'two' && failures.length === 0) throw new RangeError('no stock');
        });
      } catch (error) {
        failures.push((error as Error).message);
        throw error;
      }
    },
  });
  await until(() => handled.length >= 6);

  expect(handled).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
  expect(failures).toEqual([`1 of 3 messages failed: ${topic}, partition 0, offset 1`]);
});

/** A topic with one message that an untraced producer sent, which a traced consumer has handled. */
async function received(message: Message, handler: () => void = () => undefined): Promise<string> {
  const topic = await testBed.topic();
  const producer = await testBed.bareProducer();
  await producer.send({ topic, messages: [message] });
  await readAll(await testBed.consumer(), topic, 1, handler);
  return topic;
}

/** Reads a topic from its beginning until so many messages have come. */
async function readAll(
  consumer: Consumer,
  topic: string,
  count: number,
  handler: () => void = () => undefined,
): Promise<KafkaMessage[]> {
  const messages: KafkaMessage[] = [];
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      handler();
      messages.push(message);
    },
  });
  await until(() => messages.length >= count);
  return messages;
}

function asTenant<R>(tenant: string, run: () => R): R {
  const entries = propagation.createBaggage({ tenant: { value: tenant } });
  return context.with(propagation.setBaggage(context.active(), entries), run);
}

function baggage(): Record<string, string> {
  const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}
