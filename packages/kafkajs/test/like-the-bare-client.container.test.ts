import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Consumer, Producer } from 'kafkajs';
import { traceConsumer, traceProducer } from '../src/index.ts';
import type { Behaviour, Stage } from './behaviour.ts';
import { consumerBehaviours } from './consumer-behaviours.ts';
import { KafkaTestBed } from './kafka-test-bed.ts';
import { offsetBehaviours } from './offset-behaviours.ts';
import { producerBehaviours } from './producer-behaviours.ts';

let testBed: KafkaTestBed;
beforeAll(async () => {
  testBed = await KafkaTestBed.open();
});
afterAll(() => testBed.close());
afterEach(() => testBed.disconnect());

describe.each([
  ['producer', producerBehaviours],
  ['consumer', [...consumerBehaviours, ...offsetBehaviours]],
])('a traced %s', (_, behaviours) => {
  it.each(behaviours)(
    '$name',
    async (behaviour) => {
      const [bare, traced] = [await watch(behaviour, false), await watch(behaviour, true)];
      expect(traced).toEqual(bare);
      expect(testBed.spans.each.count).toBeGreaterThan(0);
    },
    60_000,
  );
});

it('keeps what a subtype adds', () => {
  interface NamedProducer extends Producer {
    readonly team: string;
  }
  interface NamedConsumer extends Consumer {
    readonly team: string;
  }
  const producer: NamedProducer = Object.assign(testBed.kafka.producer(), { team: 'billing' });
  const consumer: NamedConsumer = Object.assign(testBed.kafka.consumer({ groupId: 'g' }), {
    team: 'shipping',
  });
  const traced: [NamedProducer, NamedConsumer] = [
    traceProducer(producer, testBed.waybill()),
    traceConsumer(consumer, testBed.waybill()),
  ];
  expect(traced).toEqual([producer, consumer]);
  expect(traced.map(({ team }) => team)).toEqual(['billing', 'shipping']);
});

/** What a behaviour shows, in words that are the same for every topic and group. */
async function watch(behaviour: Behaviour, traced: boolean): Promise<unknown> {
  testBed.spans.clear();
  const topic = await testBed.topic();
  const groupId = testBed.name();
  const stage: Stage = {
    testBed,
    topic,
    groupId,
    producer: (config = {}) =>
      traced ? testBed.producer(testBed.waybill(), config) : testBed.bareProducer(config),
    async consumer(config = {}) {
      const given = { groupId, ...config };
      const consumer = await (traced
        ? testBed.consumer(testBed.waybill(), given)
        : testBed.bareConsumer(given));
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      return consumer;
    },
  };
  const shown = JSON.stringify(await behaviour.watch(stage), (_, value) => value ?? `${value}`);
  await testBed.disconnect();
  return JSON.parse(shown.replaceAll(topic, 'topic').replaceAll(groupId, 'group'));
}
