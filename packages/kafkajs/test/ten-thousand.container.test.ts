import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { until } from '@waybill/brokers';
import type { TopicMessages } from 'kafkajs';
import { KafkaTestBed } from './kafka-test-bed.ts';

const total = 10_000;

/** Counts spans and keeps none of them, so that the memory that is measured is not its own. */
class Tally {
  readonly #count = new Map<string, number>();
  linkedAndUnlinked = 0;
  mostLinks = 0;

  of(name: string): number {
    return this.#count.get(name) ?? 0;
  }

  readonly provider: TracerProvider = new TracerProvider({
    spanProcessors: [
      {
        onStart() {},
        onEnd: ({ name, kind, links, attributes }) => {
          const operation = `${SpanKind[kind]} ${name.split(' ')[0]}`;
          this.#count.set(operation, this.of(operation) + 1);
          if (kind !== SpanKind.CONSUMER) return;
          this.mostLinks = Math.max(this.mostLinks, links.length);
          this.linkedAndUnlinked += links.length + Number(attributes['waybill.batch.unlinked_messages'] ?? 0);
        },
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
}

let testBed: KafkaTestBed;
beforeAll(async () => {
  testBed = await KafkaTestBed.open();
});
afterAll(() => testBed.close());
afterEach(() => testBed.disconnect());

it.each([
  [true, { 'CLIENT send': 1, 'PRODUCER create': total }, total],
  [false, { 'PRODUCER create': 0 }, undefined],
])(
  'brings 10,000 messages to three topics and back, with messageSpans %s',
  async (messageSpans, made, linked) => {
    const tally = new Tally();
    const seen = await roundTrip(tally, messageSpans);
    expect(seen.size).toBe(total);
    expect(Object.fromEntries(Object.keys(made).map((name) => [name, tally.of(name)]))).toEqual(made);
    // Without spans of their own all messages of a call have one context, and a batch needs one link to it.
    expect(tally.mostLinks).toBe(messageSpans ? 128 : 1);
    if (linked !== undefined) expect(tally.linkedAndUnlinked).toBe(linked);
  },
  120_000,
);

it('leaves memory where it was', async () => {
  await roundTrip(new Tally(), true);
  const before = await heapUsed();
  for (let round = 0; round < 3; round += 1) await roundTrip(new Tally(), true);
  // One round that stayed would weigh more: 10,000 messages with their headers and contexts, each over 1 kB.
  expect((await heapUsed()) - before).toBeLessThan(10_000_000);
}, 240_000);

/** Sends all messages in one call and reads them back; gives the values that came. */
async function roundTrip(tally: Tally, messageSpans: boolean): Promise<Set<string>> {
  const waybill = testBed.waybill({ tracerProvider: tally.provider, messageSpans });
  const topics = await Promise.all([testBed.topic(), testBed.topic(), testBed.topic()]);
  const producer = await testBed.producer(waybill);
  await producer.sendBatch({ topicMessages: topics.map(messagesFor) });
  const consumer = await testBed.consumer(waybill);
  await consumer.subscribe({ topics, fromBeginning: true });
  const seen = new Set<string>();
  let batches = 0;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      batches += 1;
      for (const { value } of batch.messages) seen.add(String(value));
    },
  });
  await until(() => seen.size === total && tally.of('CONSUMER process') === batches, 100_000);
  await testBed.disconnect();
  return seen;
}

/** The messages of one of the three topics. */
function messagesFor(topic: string, index: number): TopicMessages {
  const all = Array.from({ length: total }, (_, number) => ({ value: `${number}` }));
  return { topic, messages: all.filter((_, number) => number % 3 === index) };
}

/** The bytes in use, after garbage was collected. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}
