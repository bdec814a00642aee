import { once } from 'node:events';
import { callOutcome, until } from '@waybill/brokers';
import { Queue } from 'bullmq';
import { type Behaviour, shown } from './behaviour.ts';

/** The telling behaviours of a queue. */
export const queueBehaviours: readonly Behaviour[] = [
  {
    name: 'add gives the job, with all that it was told',
    watch: async ({ queue }) =>
      shown(await queue().add('ship', { order: [1, 2] }, { attempts: 3, priority: 2, backoff: 100 })),
  },
  {
    name: 'add with an id that is taken gives that id, and adds nothing',
    async watch({ queue }) {
      const orders = queue();
      const jobs = [await orders.add('a', 1, { jobId: 'x' }), await orders.add('b', 2, { jobId: 'x' })];
      return [jobs.map(shown), await orders.count(), shown(await orders.getJob('x'))];
    },
  },
  {
    name: 'add refuses what it refuses',
    async watch({ queue }) {
      const orders = queue();
      const circular: { self?: unknown } = {};
      circular.self = circular;
      return [
        await callOutcome(() => orders.add('a', 1, { jobId: '0' })),
        await callOutcome(() => orders.add('a', 1, { jobId: 'a:b' })),
        await callOutcome(() => orders.add('a', 1, { parent: { id: 'nobody', queue: 'bull:nowhere' } })),
        await callOutcome(() => orders.add('a', circular)),
        await callOutcome(() => orders.add('a', 'too long', { sizeLimit: 3 })),
        await callOutcome(() => orders.add('a', 1, { priority: 3_000_000 })),
        await callOutcome(() => orders.add('a', 1, 'options' as never)),
      ];
    },
  },
  {
    name: 'the default options of a queue count, also those for telemetry',
    async watch({ queue }) {
      const defaultJobOptions = { attempts: 4, telemetry: { omitContext: true } };
      const job = await queue({ defaultJobOptions }).add('ship', 1);
      return [shown(job), job.opts.telemetry];
    },
  },
  {
    name: 'the order of adds that are not awaited',
    async watch({ queue }) {
      const orders = queue();
      const jobs = await Promise.all(Array.from({ length: 50 }, (_, index) => orders.add('n', index)));
      return [jobs.map(({ id, data }) => [id, data]), (await orders.getWaiting()).map(({ data }) => data)];
    },
  },
  {
    name: 'priorities, last in first out, and delays',
    async watch({ queue }) {
      const orders = queue();
      await orders.add('low', 1, { priority: 10 });
      await orders.add('high', 1, { priority: 1 });
      await orders.add('plain', 1);
      await orders.add('lifo', 1, { lifo: true });
      await orders.add('later', 1, { delay: 60_000 });
      const names = async (type: 'waiting' | 'prioritized' | 'delayed'): Promise<string[]> =>
        (await orders.getJobs([type])).map(({ name }) => name);
      return [await names('waiting'), await names('prioritized'), await names('delayed')];
    },
  },
  {
    name: 'addBulk gives the jobs in order, and none for none',
    async watch({ queue }) {
      const orders = queue({ defaultJobOptions: { attempts: 7 } });
      const jobs = await orders.addBulk([
        { name: 'a', data: 1 },
        { name: 'b', data: 2, opts: { jobId: 'b', attempts: 2 } },
      ]);
      return [jobs.map(shown), await orders.addBulk([])];
    },
  },
  {
    name: 'addBulk refuses what it refuses',
    async watch({ queue }) {
      const orders = queue();
      const results = [
        await callOutcome(() => orders.addBulk(undefined as never)),
        await callOutcome(() => orders.addBulk([null] as never)),
        await callOutcome(() => orders.addBulk([{ name: 'a', data: 1, opts: { jobId: 'a:b' } }])),
      ];
      return [results, await orders.count()];
    },
  },
  {
    name: 'deduplication keeps the first job',
    async watch({ queue }) {
      const orders = queue();
      const opts = { deduplication: { id: 'once', ttl: 60_000 } };
      const jobs = [await orders.add('a', 1, opts), await orders.add('a', 2, opts)];
      return [jobs.map(({ id }) => id), await orders.count(), await orders.getDeduplicationJobId('once')];
    },
  },
  {
    name: 'a schedule is made, changed, told and removed',
    async watch({ queue }) {
      const orders = queue();
      const made = await orders.upsertJobScheduler(
        'nightly',
        { every: 3_600_000 },
        { name: 'report', data: 1 },
      );
      const changed = await orders.upsertJobScheduler('nightly', { pattern: '0 0 1 1 *' });
      const {
        next: _,
        offset: __,
        template,
        ...told
      } = (await orders.getJobScheduler('nightly')) ?? { next: 0, offset: 0 };
      return [
        [made, changed].map(shown),
        told,
        { ...template, opts: { ...template?.opts, telemetry: undefined } },
        await orders.getJobSchedulersCount(),
        await orders.removeJobScheduler('nightly'),
        await callOutcome(() => orders.upsertJobScheduler('x', { every: 1, pattern: '* * * * *' })),
        await callOutcome(() => orders.upsertJobScheduler('x', { every: 1, endDate: 1 })),
      ];
    },
  },
  {
    name: 'a queue emits its events, to the listener that is given',
    async watch({ queue }) {
      const orders = queue();
      const waiting = once(orders, 'waiting');
      const same = orders.on('error', () => undefined) === orders;
      await orders.add('ship', 1);
      const [job] = await waiting;
      const paused = once(orders, 'paused');
      await orders.pause();
      return [same, shown(job), await paused, await orders.isPaused()];
    },
  },
  {
    name: 'what is asked of jobs, and done to them',
    async watch({ queue }) {
      const orders = queue();
      await orders.addBulk([1, 2, 3].map((data) => ({ name: 'n', data, opts: { jobId: `j${data}` } })));
      const removed = await orders.remove('j1');
      await (await orders.getJob('j2'))?.updateData({ new: true });
      const told = [await orders.getJobCounts('waiting'), shown(await orders.getJob('j2'))];
      await orders.drain();
      await orders.obliterate();
      return [removed, told, await orders.count(), await orders.getJob('j3')];
    },
  },
  {
    name: 'a queue is the instance that it was, of its class',
    async watch({ testBed, queue, name }) {
      const orders = queue();
      await orders.add('ship', 1);
      const bare = testBed.bareQueue(`${name}-other`);
      await bare.add('ship', 1);
      return [
        orders instanceof Queue,
        orders.name,
        Object.keys(orders).sort().join() === Object.keys(bare).sort().join(),
        (['add', 'addBulk', 'upsertJobScheduler', 'getJob', 'close'] as const).map((method) => [
          orders[method].name,
          orders[method].length,
        ]),
        orders.opts.connection === testBed.connection,
        orders.toKey('wait').startsWith('bull:'),
      ];
    },
  },
  {
    name: 'a queue closes, and refuses jobs afterwards',
    async watch({ queue }) {
      const orders = queue();
      await orders.add('ship', 1);
      let closed = false;
      orders.once('ioredis:close', () => {
        closed = true;
      });
      await orders.close();
      await until(() => closed || orders.closing !== undefined);
      return callOutcome(() => orders.add('ship', 2));
    },
  },
];
