import { callOutcome, until } from '@waybill/brokers';
import type { ProducerBatch, ProducerRecord } from 'kafkajs';
import { type Behaviour, fill, type Stage, shapeOf } from './behaviour.ts';

/** The telling behaviours of a producer and its transactions. */
export const producerBehaviours: readonly Behaviour[] = [
  {
    name: 'send resolves with what the broker answered',
    async watch({ topic, producer }) {
      const client = await producer();
      const send = (): Promise<unknown> =>
        client.send({ topic, messages: [{ key: 'k', value: 'one' }, { value: null }] });
      return [await send(), await send(), await callOutcome(() => client.send({ topic, messages: [] }))];
    },
  },
  {
    name: 'sendBatch resolves with what the broker answered, topic by topic',
    async watch({ topic, testBed, producer }) {
      const [other, client] = [await testBed.topic(), await producer()];
      const topicMessages = [topic, other, topic].map((to) => ({ topic: to, messages: [{ value: 'one' }] }));
      const answers = await client.sendBatch({ topicMessages, acks: 1 });
      const empty = await callOutcome(() => client.sendBatch({ topicMessages: [] }));
      const offsets = await Promise.all([topic, other].map((of) => testBed.admin.fetchTopicOffsets(of)));
      return { answers: answers.length, keys: answers.map(Object.keys), empty, offsets };
    },
  },
  {
    name: 'a transaction that is committed is seen, and is over',
    async watch(stage) {
      const transaction = await transactionOf(stage);
      const sent = await transaction.send({ topic: stage.topic, messages: [{ value: 'one' }] });
      const before = transaction.isActive();
      const ended = await callOutcome(() => transaction.commit());
      const late = await callOutcome(() =>
        transaction.send({ topic: stage.topic, messages: [{ value: 'two' }] }),
      );
      return { sent, before, ended, after: transaction.isActive(), late, seen: await firstSeen(stage) };
    },
  },
  {
    name: 'a transaction that is aborted is not seen, and the next one is',
    async watch(stage) {
      const producer = await stage.producer(transactional(stage));
      const transaction = await producer.transaction();
      await transaction.sendBatch({ topicMessages: [{ topic: stage.topic, messages: [{ value: 'lost' }] }] });
      const second = await callOutcome(() => producer.transaction());
      const ended = await callOutcome(() => transaction.abort());
      const next = await producer.transaction();
      await next.send({ topic: stage.topic, messages: [{ value: 'kept' }] });
      await next.commit();
      return { second, ended, shape: shapeOf(next), seen: await firstSeen(stage) };
    },
  },
  {
    name: 'a transaction commits the offsets it was given, or does not',
    async watch(stage) {
      const { topic, groupId, testBed } = stage;
      const producer = await stage.producer(transactional(stage));
      const committed: unknown[] = [];
      for (const end of ['abort', 'commit'] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: [{ value: end }] });
        const offsets = {
          consumerGroupId: groupId,
          topics: [{ topic, partitions: [{ partition: 0, offset: '7' }] }],
        };
        committed.push(await callOutcome(() => transaction.sendOffsets(offsets)));
        await transaction[end]();
        if (end === 'commit') await until(async () => (await testBed.committed(groupId, topic)) !== '-1');
        committed.push(await testBed.committed(groupId, topic));
      }
      return committed;
    },
  },
  {
    name: 'what the broker refuses is refused with the same error',
    async watch({ producer, topic }) {
      const options = { retry: { retries: 1, initialRetryTime: 10 }, allowAutoTopicCreation: false };
      const client = await producer(options);
      const messages = [{ value: 'one' }];
      return [
        await callOutcome(() => client.send({ topic: 'missing-topic', messages })),
        await callOutcome(() => client.send({ topic: 'not a topic!', messages })),
        await callOutcome(() => client.send({ topic, messages: [{ value: 'x'.repeat(3_000_000) }] })),
        await callOutcome(() => client.transaction()),
      ];
    },
  },
  {
    name: 'what kafkajs refuses is refused with the same error, in the same way',
    async watch({ topic, producer }) {
      const client = await producer({ idempotent: true });
      const records: unknown[] = [
        { messages: [{ value: 'one' }] },
        { topic: '', messages: [{ value: 'one' }] },
        { topic },
        { topic, messages: 'one' },
        { topic, messages: [null] },
        { topic, messages: [{ key: 'k', headers: { color: 'red' } }] },
        { topic, messages: [{ value: 1 }] },
        { topic, messages: [{ value: 'one' }], acks: 0 },
        null,
        undefined,
      ];
      const batches: unknown[] = [
        ...records.map((record) => ({ topicMessages: [record] })),
        { topicMessages: 'one' },
        {},
        null,
      ];
      return [
        ...(await Promise.all(
          records.map((record) => callOutcome(() => client.send(record as ProducerRecord))),
        )),
        ...(await Promise.all(
          batches.map((batch) => callOutcome(() => client.sendBatch(batch as ProducerBatch))),
        )),
      ];
    },
  },
  {
    name: 'a producer that is disconnected refuses, and sends again once connected',
    async watch({ topic, producer }) {
      const client = await producer();
      const send = (): ReturnType<typeof client.send> => client.send({ topic, messages: [{ value: 'one' }] });
      await client.disconnect();
      const refused = await callOutcome(send);
      await client.connect();
      const [answer] = await send();
      // Not its offset: kafkajs may have sent once already on the connection that it had before.
      return [refused, answer?.topicName, answer?.errorCode];
    },
  },
  {
    name: 'a producer emits its events',
    async watch({ topic, producer }) {
      const client = await producer();
      const seen: string[] = [];
      const off = client.on(client.events.REQUEST, ({ type, payload }) => {
        if (payload.apiName === 'Produce') seen.push(`${type} ${payload.apiName}`);
      });
      client.on(client.events.DISCONNECT, ({ type }) => void seen.push(type));
      client.on(client.events.CONNECT, ({ type }) => void seen.push(type));
      await client.send({ topic, messages: [{ value: 'one' }] });
      off();
      await client.send({ topic, messages: [{ value: 'two' }] });
      await client.disconnect();
      await client.connect();
      return {
        seen,
        wrong: await callOutcome(() => client.on('nothing' as 'producer.connect', () => undefined)),
      };
    },
  },
  {
    name: 'a producer has the methods it had, also taken off it, and instances of classes are sent whole',
    async watch({ topic, producer }) {
      class Order {
        readonly #id = 'order-1';
        get value(): string {
          return this.#id;
        }
        get partition(): number {
          return 1;
        }
      }
      const seen: unknown[] = [];
      const createPartitioner =
        () =>
        ({ message }: { message: { value: unknown } }) => {
          seen.push(message.value);
          return 0;
        };
      const client = await producer({ createPartitioner: createPartitioner as never });
      const { send, ...others } = { ...client };
      const answer = await send({ topic, messages: [new Order()] });
      return {
        answer,
        seen,
        shape: shapeOf(client),
        others: Object.keys(others),
        idempotent: client.isIdempotent(),
      };
    },
  },
];

function transactional({ topic }: Stage): {
  transactionalId: string;
  maxInFlightRequests: 1;
  idempotent: true;
} {
  return { transactionalId: topic, maxInFlightRequests: 1, idempotent: true };
}

async function transactionOf(
  stage: Stage,
): ReturnType<Awaited<ReturnType<Stage['producer']>>['transaction']> {
  return (await stage.producer(transactional(stage))).transaction();
}

/** The values a consumer reads up to one that was sent last, outside of any transaction. */
async function firstSeen(stage: Stage): Promise<string[]> {
  await fill(stage, 'last');
  const consumer = await stage.consumer();
  const seen: string[] = [];
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
  await until(() => seen.includes('last'));
  return seen;
}
