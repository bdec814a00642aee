import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { until } from '@waybill/brokers';
import {
  CompressionTypes,
  type KafkaMessage,
  type Message,
  type Producer,
  type ProducerConfig,
} from 'kafkajs';
import { type KafkaProducerOptions, traceProducer } from '../src/index.ts';
import { KafkaTestBed } from './kafka-test-bed.ts';

const small = [{ name: 'max.message.bytes', value: '10000' }];

let testBed: KafkaTestBed;
beforeAll(async () => {
  testBed = await KafkaTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('a call that the bare client sends is sent', () => {
  it.each<[string, ProducerConfig, object]>([
    ['to one partition', {}, {}],
    ['by an idempotent producer', { idempotent: true }, {}],
    ['without acknowledgement', {}, { acks: 0 }],
    ['compressed', {}, { compression: CompressionTypes.GZIP }],
  ])('with 6,000 messages of 100 B, %s', async (_what, config, options) => {
    const topic = await testBed.topic();
    const producer = await traced(config);
    await producer.send({ topic, messages: many(6_000, 100), ...options });
    const stored = await read(topic, 6_000);
    expect(withHeader(stored, 'traceparent')).toBeGreaterThan(5_400);
    expect(new Set(stored.map(({ offset }) => offset)).size).toBe(6_000);
  });

  it('with 6,000 messages to each of two topics', async () => {
    const topics = [await testBed.topic(), await testBed.topic()];
    const producer = await traced();
    await producer.sendBatch({
      topicMessages: topics.map((topic) => ({ topic, messages: many(6_000, 100) })),
    });
    for (const topic of topics) {
      expect(withHeader(await read(topic, 6_000), 'traceparent')).toBeGreaterThan(5_400);
    }
  });

  it('in a transaction, with 6,000 messages', async () => {
    const topic = await testBed.topic();
    const producer = await traced({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: many(6_000, 100) });
    await transaction.commit();
    expect(withHeader(await read(topic, 6_000), 'traceparent')).toBeGreaterThan(5_400);
  });

  it.each([false, true])(
    'with a record that its topic just takes, once, idempotent: %s',
    async (idempotent) => {
      const topic = await testBed.topic(1, small);
      const producer = await traced({ idempotent });
      const message = { key: 'k', value: 'x'.repeat(9_850), headers: { color: 'red' } };
      const [answer] = await producer.send({ topic, messages: [message] });
      await producer.send({ topic, messages: [{ value: 'next' }] });
      const stored = await read(topic, 2);
      expect(answer).toMatchObject({ topicName: topic, errorCode: 0, baseOffset: '0' });
      expect(
        stored.map(({ offset, value, headers }) => [offset, value?.length, Object.keys(headers ?? {})]),
      ).toEqual([
        ['0', 9_850, ['color']],
        ['1', 4, ['traceparent', 'waybill']],
      ]);
    },
  );

  it('with a record of 9,000 B and a baggage of 3 kB, of which the traceparent stays where the limit is told', async () => {
    const topic = await testBed.topic(1, small);
    const options = { maxMessageBytes: 10_000 };
    for (const producer of [await traced(), await traced({}, options)]) {
      await withBaggage(3_000, () => producer.send({ topic, messages: many(1, 9_000) }));
    }
    const stored = await read(topic, 2);
    expect(stored.map(({ headers }) => Object.keys(headers ?? {}))).toEqual([[], ['traceparent', 'waybill']]);
  });

  it('with everything to a topic that takes more, where that is told', async () => {
    const topic = await testBed.topic(1, [{ name: 'max.message.bytes', value: '4000000' }]);
    const producer = await traced({}, { maxMessageBytes: 4_000_000 });
    await producer.send({ topic, messages: many(10_000, 100) });
    expect(withHeader(await read(topic, 10_000), 'waybill')).toBe(10_000);
  });
});

describe('a call that cannot be sent twice fails as without tracing, and diag names the limit that helps', () => {
  it('several records', async () => {
    const topic = await testBed.topic(1, small);
    const messages = many(2, 4_900);
    await expect((await traced()).send({ topic, messages })).rejects.toMatchObject({
      type: 'MESSAGE_TOO_LARGE',
    });
    await (await traced({}, { maxMessageBytes: 10_000 })).send({ topic, messages });
    expect(await read(topic, 2)).toHaveLength(2);
  });

  it('a record in a transaction', async () => {
    const topic = await testBed.topic(1, small);
    const config = { transactionalId: topic, maxInFlightRequests: 1, idempotent: true };
    const first = await (await traced(config)).transaction();
    await expect(first.send({ topic, messages: many(1, 9_850) })).rejects.toMatchObject({
      type: 'MESSAGE_TOO_LARGE',
    });
    await first.abort();
    const next = await (await traced(config, { maxMessageBytes: 10_000 })).transaction();
    await next.send({ topic, messages: many(1, 9_850) });
    await next.commit();
    expect(await read(topic, 1)).toHaveLength(1);
  });
});

async function traced(config: ProducerConfig = {}, options: KafkaProducerOptions = {}): Promise<Producer> {
  return traceProducer(await testBed.bareProducer(config), testBed.waybill(), options);
}

/** All records of a topic, of which there are so many. */
async function read(topic: string, count: number): Promise<KafkaMessage[]> {
  const messages: KafkaMessage[] = [];
  const consumer = await testBed.bareConsumer();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachBatch: async ({ batch }) => void messages.push(...batch.messages) });
  await until(() => messages.length >= count);
  return messages;
}

function many(count: number, bytes: number): Message[] {
  return Array.from({ length: count }, () => ({ value: 'x'.repeat(bytes) }));
}

function withHeader(messages: readonly KafkaMessage[], name: string): number {
  return messages.filter(({ headers }) => headers?.[name] !== undefined).length;
}

function withBaggage<R>(bytes: number, run: () => R): R {
  const baggage = propagation.createBaggage({ note: { value: 'x'.repeat(bytes) } });
  return context.with(propagation.setBaggage(context.active(), baggage), run);
}
