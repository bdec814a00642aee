import type { KafkaJS as Confluent } from '@confluentinc/kafka-javascript';
import { expect, it } from '@jest/globals';
import { createWaybill } from '@waybill/core';
import { type Consumer, Kafka, logLevel, type Message, type Producer, type ProducerRecord } from 'kafkajs';
import { traceConsumer, traceProducer } from '../src/index.ts';

const kafka = new Kafka({ brokers: ['unused:1'], logLevel: logLevel.NOTHING });
const waybill = createWaybill();

/** A decorator that has only what an application calls, and accepts more than kafkajs. */
class OrderProducer {
  readonly #producer: Producer = kafka.producer();

  async send(order: {
    topic: 'orders';
    messages: readonly (Message & { readonly tenant?: string })[];
  }): Promise<void> {
    await this.#producer.send({ topic: order.topic, messages: [...order.messages] });
  }

  async sendBatch({ topicMessages }: { topicMessages: ProducerRecord[] }): Promise<number> {
    return (await this.#producer.sendBatch({ topicMessages })).length;
  }
}

interface NamedConsumer extends Consumer {
  readonly team: string;
}

it('accepts producers and consumers of kafkajs, their subtypes and decorators, and returns the same object', () => {
  const producer: Producer = traceProducer(kafka.producer(), waybill);
  const decorated: OrderProducer = traceProducer(new OrderProducer(), waybill);
  const consumer: NamedConsumer = traceConsumer(
    Object.assign(kafka.consumer({ groupId: 'shipping' }), { team: 'shipping' }),
    waybill,
  );
  const narrow: Pick<Consumer, 'subscribe' | 'run'> = traceConsumer(
    { subscribe: consumer.subscribe, run: consumer.run },
    waybill,
  );
  expect([producer, decorated, consumer.team, narrow]).toEqual([
    expect.objectContaining({ isIdempotent: expect.any(Function) }),
    expect.any(OrderProducer),
    'shipping',
    { subscribe: consumer.subscribe, run: expect.any(Function) },
  ]);
});

/** Held by the compiler: its client is made of native code, which is not built here. */
export async function confluent(client: Confluent.Kafka): Promise<void> {
  const producer: Confluent.Producer = traceProducer(client.producer(), waybill, {
    maxMessageBytes: 1_000_000,
  });
  const transaction: Confluent.Transaction = await producer.transaction();
  const inTransaction: Confluent.Transaction = traceProducer(transaction, waybill);
  await inTransaction.send({ topic: 'orders', messages: [{ value: 'one' }] });
  const consumer: Confluent.Consumer = traceConsumer(
    client.consumer({ kafkaJS: { groupId: 'shipping' } }),
    waybill,
  );
  await consumer.run({ eachMessage: async ({ message }) => void message.value });
  // @ts-expect-error A Kafka is not a producer.
  traceProducer(client, waybill);
  // @ts-expect-error A producer is not a consumer.
  traceConsumer(producer, waybill);
}

it.each<[string, unknown]>([
  ['a Kafka', kafka],
  ['a promise of a producer', Promise.resolve(kafka.producer())],
  ['a consumer', kafka.consumer({ groupId: 'g' })],
  ['nothing', undefined],
])('refuses %s as a producer', (_what, given) => {
  expect(() => traceProducer(given as Producer, waybill)).toThrow(
    /^traceProducer: .* is not a producer of kafkajs/,
  );
});

it.each<[string, unknown]>([
  ['a Kafka', kafka],
  ['a promise of a consumer', Promise.resolve(kafka.consumer({ groupId: 'g' }))],
  ['a producer', kafka.producer()],
])('refuses %s as a consumer', (_what, given) => {
  expect(() => traceConsumer(given as Consumer, waybill)).toThrow(
    /^traceConsumer: .* is not a consumer of kafkajs/,
  );
});

it('refuses a missing Waybill, and leaves the producer as it was', () => {
  const producer = kafka.producer();
  const { send } = producer;
  expect(() => traceProducer(producer, undefined as never)).toThrow(
    /^traceProducer: undefined is not a Waybill/,
  );
  expect(producer.send).toBe(send);
});

it.each<[string, object]>([
  [
    'events that cannot be read',
    {
      get events(): never {
        throw new Error('no events');
      },
    },
  ],
  [
    'a listener that is refused',
    {
      events: { GROUP_JOIN: 'consumer.group_join' },
      on(): never {
        throw new Error('no such event');
      },
    },
  ],
])('traces a consumer completely or not at all: %s', (_what, extra) => {
  const run = async (): Promise<void> => undefined;
  const consumer = Object.defineProperties({ run, subscribe: run }, Object.getOwnPropertyDescriptors(extra));
  const before = Reflect.ownKeys(consumer);
  for (let tries = 0; tries < 2; tries += 1) {
    expect(() => traceConsumer(consumer, waybill)).toThrow(/^traceConsumer: .* cannot be traced/);
  }
  expect([consumer.run, Reflect.ownKeys(consumer)]).toEqual([run, before]);
});
