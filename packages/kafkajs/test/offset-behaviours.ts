import { callOutcome, until } from '@waybill/brokers';
import type { ConsumerRunConfig } from 'kafkajs';
import { type Behaviour, fill, once } from './behaviour.ts';

const bodies = ['0', '1', '2', '3', '4', '5'];

/** What a consumer commits, and when. */
export const offsetBehaviours: readonly Behaviour[] = [
  {
    name: 'autoCommit commits what was handled, and nothing after what failed',
    async watch(stage) {
      await fill(stage, ...bodies);
      const consumer = await stage.consumer({ retry: { initialRetryTime: 10, retries: 100 } });
      let failures = 0;
      await consumer.run({
        eachMessage: async ({ message }) => {
          if (String(message.value) !== '4') return;
          failures += 1;
          throw new Error('stuck');
        },
      });
      await until(() => failures > 1);
      await consumer.stop();
      return stage.testBed.committed(stage.groupId, stage.topic);
    },
  },
  {
    name: 'eachBatch resolves offsets itself, or leaves it to the handler',
    async watch(stage) {
      const { testBed, topic } = stage;
      await fill(stage, ...bodies);
      const seen: unknown[] = [];
      for (const eachBatchAutoResolve of [true, false]) {
        const groupId = `${stage.groupId}-${eachBatchAutoResolve}`;
        const consumer = await stage.consumer({ groupId });
        const first = once((done) => {
          const eachBatch: ConsumerRunConfig['eachBatch'] = async (payload) => {
            const { batch, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets } = payload;
            seen.push(Object.keys(payload), batch.messages.length, batch.firstOffset(), batch.lastOffset());
            resolveOffset('2');
            seen.push(uncommittedOffsets(), payload.isRunning(), payload.isStale());
            await commitOffsetsIfNecessary(uncommittedOffsets());
            await payload.heartbeat();
            done();
          };
          return consumer.run({ eachBatchAutoResolve, eachBatch });
        });
        await first;
        await consumer.stop();
        seen.push(await testBed.committed(groupId, topic));
      }
      return seen;
    },
  },
  {
    name: 'commitOffsets commits what it is told, and only that',
    async watch(stage) {
      const { testBed, topic, groupId } = stage;
      await fill(stage, ...bodies);
      const consumer = await stage.consumer();
      const handled: unknown[] = [];
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message }) => void handled.push(message),
      });
      await until(() => handled.length === bodies.length);
      const before = await testBed.committed(groupId, topic);
      const answer = await callOutcome(() => consumer.commitOffsets([{ topic, partition: 0, offset: '3' }]));
      const wrong = await callOutcome(() => consumer.commitOffsets([{ topic, partition: 0, offset: 'x' }]));
      await consumer.stop();
      return { before, answer, wrong, after: await testBed.committed(groupId, topic) };
    },
  },
];
