import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import {
  Kafka,
  logLevel,
  type Message,
  type Producer,
  type ProducerBatch,
  type ProducerRecord,
} from 'kafkajs';
import { traceProducer } from './trace-producer.ts';

const topic = 'orders';

describe('a producer that is not connected', () => {
  it('fails as it does, and its span says so', async () => {
    const { producer, spans } = setUp();
    const sending = producer.send({ topic, messages: [{ value: 'one' }] });
    await expect(sending).rejects.toThrow('The producer is disconnected');
    spans
      .named('send orders')
      .toHaveKind('PRODUCER')
      .toHaveFailedWith('KafkaJSError', 'The producer is disconnected');
  });

  it('marks every message of a batch', async () => {
    const { producer, spans } = setUp();
    const topicMessages = ['orders', 'bills'].map((of) => ({ topic: of, messages: [{ value: 'one' }] }));
    await expect(producer.sendBatch({ topicMessages })).rejects.toThrow('The producer is disconnected');
    const call = spans.named('send').toHaveKind('CLIENT').toHaveFailedWith('KafkaJSError');
    for (const name of ['create orders', 'create bills']) {
      spans.named(name).toBeChildOf(call).toHaveFailedWith('KafkaJSError');
    }
  });
});

it.each<[string, unknown]>([
  ['a message without a value', { topic, messages: [{ key: 'k' }] }],
  ['a message that is none', { topic, messages: [null] }],
  ['no list of messages', { topic, messages: 'one' }],
  ['an empty list of messages', { topic, messages: [] }],
  ['an empty topic', { topic: '', messages: [{ value: 'one' }] }],
  ['no topic', { messages: [{ value: 'one' }] }],
  ['nothing', undefined],
])('%s is passed on as it is, without a span', async (_, record) => {
  const { producer, spans, passed } = setUp(true);
  await producer.send(record as ProducerRecord);
  expect(passed).toEqual([record]);
  expect(passed[0]).toBe(record);
  expect(spans.each.count).toBe(0);
});

it.each<[string, unknown[] | undefined]>([
  [
    'of which one topic is none',
    [
      { topic, messages: [{ value: 'one' }] },
      { topic: '', messages: [] },
    ],
  ],
  ['without a list of topics', undefined],
  ['without messages', [{ topic, messages: [] }]],
])('a batch %s is passed on as it is, without a span', async (_which, topicMessages) => {
  const { producer, spans, passed } = setUp(true);
  const batch = { topicMessages } as ProducerBatch;
  await producer.sendBatch(batch);
  expect(passed).toEqual([batch]);
  expect(passed[0]).toBe(batch);
  expect(spans.each.count).toBe(0);
});

it('passes on what it is given while there is nothing to record', async () => {
  const sent: unknown[] = [];
  const note = async (given: unknown): Promise<void> => void sent.push(given);
  const producer = traceProducer({ send: note, sendBatch: note }, createWaybill());
  const record = { topic, messages: [{ value: 'one' }] };
  const batch = { topicMessages: [record] };
  await producer.send(record);
  await producer.sendBatch(batch);
  expect([sent[0] === record, sent[1] === batch]).toEqual([true, true]);
});

it('tells the partition where a message names one, and no tombstone where it forwards a dead letter', async () => {
  const { producer, spans } = setUp(true);
  const headers = { '__dlq.errors.topic': 'orders' };
  await producer.send({ topic, messages: [{ value: null, partition: 3 }] });
  await producer.send({ topic, messages: [{ value: null, headers }] });
  const sent = spans.named('send orders');
  sent.at(0).toHaveAttributes({ 'messaging.destination.partition.id': '3', 'kafka.message.tombstone': true });
  sent.at(1).toHaveAttributes({
    'messaging.destination.partition.id': undefined,
    'kafka.message.tombstone': undefined,
  });
});

it('waits for middleware', async () => {
  const { producer, waybill, passed } = setUp(true);
  waybill.use({
    async publish({ messages }, next) {
      await Promise.resolve();
      for (const { headers } of messages) headers.set('x-tenant', 'acme');
      return next();
    },
  });
  await producer.send({ topic, messages: [{ value: 'one' }] });
  expect(passed).toMatchObject([{ messages: [{ headers: { 'x-tenant': 'acme' } }] }]);
});

it('rejects with the error that middleware throws, and sends nothing', async () => {
  const { producer, waybill, passed } = setUp(true);
  const error = new Error('no tenant');
  waybill.use({
    publish() {
      throw error;
    },
  });
  const sending = producer.send({ topic, messages: [{ value: 'one' }] });
  await expect(sending).rejects.toBe(error);
  expect(passed).toEqual([]);
});

it('traces a producer once, however often it is wrapped', async () => {
  const { producer, spans, waybill } = setUp(true);
  expect(traceProducer(producer, waybill)).toBe(producer);
  await producer.send({ topic, messages: [{ value: 'one' }] });
  spans.named('send orders').toHaveCount(1);
});

const unreadable = (): never => {
  throw new Error('unreadable');
};

it.each<[string, unknown]>([
  ['whose code throws when it is read', Object.defineProperty(new Error(), 'code', { get: unreadable })],
  ['that is undefined', undefined],
  ['for a message whose headers cannot be listed', Object.assign(new Error(), { code: 10 })],
])('gives the very error of the client %s', async (_, error) => {
  const send = async (): Promise<never> => Promise.reject(error);
  const waybill = createWaybill({ tracerProvider: new TracerProvider() });
  const producer = traceProducer({ send, sendBatch: send } as unknown as Producer, waybill);
  const headers = new Proxy({}, { ownKeys: unreadable });
  const sending = producer.send({ topic, messages: [{ value: 'one', headers }] });
  expect(await sending.then(undefined, (reason: unknown) => ({ reason }))).toEqual({ reason: error });
});

it.each<[string, NonNullable<Message['key']> | null, string | undefined]>([
  ['text', 'order-1', 'order-1'],
  ['bytes', Buffer.from('order-1'), 'order-1'],
  ['no text', Buffer.from([0, 255, 254]), undefined],
  ['missing', null, undefined],
])('records a key, if that is asked for, that is %s', async (_, key, recorded) => {
  const { producer, spans } = setUp(true, true);
  await producer.send({ topic, messages: [{ key, value: 'one' }] });
  spans.named('send orders').toHaveAttributes({ 'kafka.message.key': recorded });
});

it('passes on everything else that a message and a record say', async () => {
  const { producer, passed } = setUp(true);
  const message = Object.freeze({
    key: 'k',
    value: 'one',
    partition: 3,
    timestamp: '1',
    headers: { a: 'b' },
  });
  await producer.send({ topic, messages: [message], acks: 1, timeout: 5, compression: 0 });
  const headers = { a: 'b', traceparent: expect.any(String), waybill: expect.any(String) };
  expect(passed).toEqual([
    { topic, messages: [{ ...message, headers }], acks: 1, timeout: 5, compression: 0 },
  ]);
});

/** A traced producer; `answers` for one that sends nothing and notes what it was passed. */
function setUp(answers = false, recordKeys = false) {
  const spans = recordSpans();
  const waybill = createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  const producer: Producer = new Kafka({ brokers: ['unused:1'], logLevel: logLevel.NOTHING }).producer();
  const passed: unknown[] = [];
  if (answers) {
    producer.send = async (record) => {
      passed.push(record);
      return [];
    };
    producer.sendBatch = async (batch) => {
      passed.push(batch);
      return [];
    };
  }
  return { producer: traceProducer(producer, waybill, { recordKeys }), spans, waybill, passed };
}
