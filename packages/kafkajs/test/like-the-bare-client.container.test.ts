import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Consumer, Producer } from 'kafkajs';
import { traceConsumer, traceProducer } from '../src/index.ts';
import type { Behaviour, Stage } from './behaviour.ts';
import { consumerBehaviours } from './consumer-behaviours.ts';
import { KafkaLab } from './kafka-lab.ts';
import { offsetBehaviours } from './offset-behaviours.ts';
import { producerBehaviours } from './producer-behaviours.ts';

let lab: KafkaLab;
beforeAll(async () => {
  lab = await KafkaLab.open();
});
afterAll(() => lab.close());
afterEach(() => lab.disconnect());

describe.each([
  ['producer', producerBehaviours],
  ['consumer', [...consumerBehaviours, ...offsetBehaviours]],
])('a traced %s', (_, behaviours) => {
  it.each(behaviours)(
    '$name',
    async (behaviour) => {
      const [bare, traced] = [await watch(behaviour, false), await watch(behaviour, true)];
      expect(traced).toEqual(bare);
      expect(lab.spans.each.count).toBeGreaterThan(0);
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
  const producer: NamedProducer = Object.assign(lab.kafka.producer(), { team: 'billing' });
  const consumer: NamedConsumer = Object.assign(lab.kafka.consumer({ groupId: 'g' }), { team: 'shipping' });
  const traced: [NamedProducer, NamedConsumer] = [
    traceProducer(producer, lab.waybill()),
    traceConsumer(consumer, lab.waybill()),
  ];
  expect(traced).toEqual([producer, consumer]);
  expect(traced.map(({ team }) => team)).toEqual(['billing', 'shipping']);
});

/** What a behaviour shows, in words that are the same for every topic and group. */
async function watch(behaviour: Behaviour, traced: boolean): Promise<unknown> {
  lab.spans.clear();
  const topic = await lab.topic();
  const groupId = lab.name();
  const stage: Stage = {
    lab,
    topic,
    groupId,
    producer: (config = {}) => (traced ? lab.producer(lab.waybill(), config) : lab.bareProducer(config)),
    async consumer(config = {}) {
      const given = { groupId, ...config };
      const consumer = await (traced ? lab.consumer(lab.waybill(), given) : lab.bareConsumer(given));
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      return consumer;
    },
  };
  const shown = JSON.stringify(await behaviour.watch(stage), (_, value) => value ?? `${value}`);
  await lab.disconnect();
  return JSON.parse(shown.replaceAll(topic, 'topic').replaceAll(groupId, 'group'));
}
