import { callOutcome, until } from '@waybill/brokers';
import type { Consumer, ConsumerRunConfig } from 'kafkajs';
import { type Behaviour, fill, once, shapeOf } from './behaviour.ts';

const bodies = ['0', '1', '2', '3', '4', '5'];

/** The telling behaviours of a consumer. */
export const consumerBehaviours: readonly Behaviour[] = [
  {
    name: 'eachMessage is given what kafkajs gives, and its errors lead to retries',
    async watch(stage) {
      await fill(stage, 'one', 'two');
      const calls: unknown[] = [];
      const consumer = await stage.consumer({ retry: { initialRetryTime: 10, retries: 5 } });
      await consumer.run({
        eachMessage: async (payload) => {
          const { message, partition, topic } = payload;
          calls.push([
            Object.keys(payload),
            Object.keys(message),
            topic,
            partition,
            String(message.value),
            message.offset,
          ]);
          if (calls.length < 3) throw new Error('not yet');
        },
      });
      await until(() => calls.length === 4);
      return calls;
    },
  },
  {
    name: 'an error that stays leads to the crash that kafkajs makes of it',
    async watch(stage) {
      await fill(stage, 'one');
      let calls = 0;
      const consumer = await stage.consumer({
        retry: { initialRetryTime: 10, retries: 1, restartOnFailure: async () => false },
      });
      const crash = new Promise((resolve) => {
        consumer.on(consumer.events.CRASH, ({ payload: { error, restart, groupId } }) =>
          resolve([error.constructor.name, error.name, error.message, restart, groupId]),
        );
      });
      // Not every handler is asynchronous.
      const eachMessage = (): never => {
        calls += 1;
        throw new TypeError('broken');
      };
      await consumer.run({ eachMessage });
      return [await crash, calls, await stage.testBed.committed(stage.groupId, stage.topic)];
    },
  },
  {
    name: 'a consumer emits its events',
    async watch(stage) {
      await fill(stage, 'one');
      const consumer = await stage.consumer();
      const { GROUP_JOIN, START_BATCH_PROCESS, END_BATCH_PROCESS, COMMIT_OFFSETS, STOP, DISCONNECT } =
        consumer.events;
      const seen: unknown[] = [];
      for (const name of [
        GROUP_JOIN,
        START_BATCH_PROCESS,
        END_BATCH_PROCESS,
        COMMIT_OFFSETS,
        STOP,
        DISCONNECT,
      ]) {
        consumer.on(name, ({ type, payload }) => void seen.push([type, Object.keys(payload ?? {})]));
      }
      const removed: unknown[] = [];
      consumer.on(GROUP_JOIN, () => void removed.push('joined'))();
      await consumer.run({ eachMessage: async () => undefined });
      await until(async () => (await stage.testBed.committed(stage.groupId, stage.topic)) === '1');
      await consumer.disconnect();
      return {
        seen,
        removed,
        wrong: await callOutcome(() => consumer.on('nothing' as 'consumer.stop', () => undefined)),
      };
    },
  },
  {
    name: 'pause, resume and seek do what they did, also from inside a handler',
    async watch(stage) {
      const { topic } = stage;
      await fill(stage, ...bodies);
      const consumer = await stage.consumer();
      const seen: string[] = [];
      const paused: unknown[] = [];
      await consumer.run({
        eachMessage: async ({ message, pause }) => {
          seen.push(String(message.value));
          if (seen.length !== 2) return;
          const resume = pause();
          paused.push(consumer.paused());
          setImmediate(resume);
        },
      });
      await until(() => seen.length === bodies.length);
      consumer.pause([{ topic, partitions: [0] }]);
      paused.push(consumer.paused());
      consumer.seek({ topic, partition: 0, offset: '4' });
      consumer.resume([{ topic }]);
      await until(() => seen.length === bodies.length + 2);
      return { seen, paused, after: consumer.paused() };
    },
  },
  {
    name: 'a rebalance in the middle loses nothing',
    async watch(stage) {
      const { testBed, topic } = stage;
      await testBed.admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
      const seen: string[][] = [[], []];
      const read = async (index: number): Promise<Consumer> => {
        const consumer = await stage.consumer();
        const eachMessage: ConsumerRunConfig['eachMessage'] = async ({ message, partition }) => {
          seen[index]?.push(`${partition}: ${message.value}`);
        };
        const joined = once((done) => {
          consumer.on(consumer.events.GROUP_JOIN, done);
          return consumer.run({ eachMessage });
        });
        await joined;
        return consumer;
      };
      const producer = await stage.producer();
      const send = (value: string): Promise<unknown> =>
        producer.send({ topic, messages: [0, 1].map((partition) => ({ partition, value })) });
      await read(0);
      await send('alone');
      await until(() => seen[0]?.length === 2);
      await read(1);
      const { groups } = await testBed.admin.describeGroups([stage.groupId]);
      await send('together');
      await until(() => seen.flat().length >= 4);
      const shares = seen.map((of) => of.filter((line) => line.includes('together')).length);
      return { all: [...new Set(seen.flat())].sort(), shares, members: groups[0]?.members.length };
    },
  },
  {
    name: 'a consumer stops, disconnects, and refuses what it refused',
    async watch(stage) {
      const { topic } = stage;
      await fill(stage, 'one');
      const consumer = await stage.consumer();
      const early = await callOutcome(() => consumer.commitOffsets([{ topic, partition: 0, offset: '1' }]));
      const seek = await callOutcome(() => consumer.seek({ topic, partition: 0, offset: '-9' }));
      const handled: unknown[] = [];
      const running = await callOutcome(() =>
        consumer.run({ eachMessage: async ({ message }) => void handled.push(message) }),
      );
      const twice = await callOutcome(() => consumer.run({ eachMessage: async () => undefined }));
      const late = await callOutcome(() => consumer.subscribe({ topic }));
      await until(() => handled.length === 1);
      const ends = [await callOutcome(() => consumer.stop()), await callOutcome(() => consumer.stop())];
      ends.push(await callOutcome(() => consumer.disconnect()));
      const offset = await stage.testBed.committed(stage.groupId, topic);
      return { early, seek, running, twice, late, ends, offset };
    },
  },
  {
    name: 'a consumer has the methods it had, and takes every configuration it took',
    async watch(stage) {
      await fill(stage, 'one');
      const values: unknown[] = [];
      class Handlers {
        get autoCommit(): boolean {
          return false;
        }
        async eachMessage({ message }: { message: { value: unknown } }): Promise<void> {
          values.push(`${message.value}`);
        }
      }
      const consumer = await stage.consumer();
      const { run } = { ...consumer };
      await run(Object.freeze(new Handlers()));
      await until(() => values.length === 1);
      await consumer.stop();
      const offset = await stage.testBed.committed(stage.groupId, stage.topic);
      const idle = await stage.consumer({ groupId: `${stage.groupId}-idle` });
      const nothing = await callOutcome(() => idle.run());
      const none = await callOutcome(() => idle.run(null as never));
      return { values, offset, nothing, none, shape: shapeOf(consumer) };
    },
  },
];
