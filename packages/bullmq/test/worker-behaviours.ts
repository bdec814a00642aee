import { once } from 'node:events';
import { until } from '@waybill/brokers';
import { DelayedError, type Job, QueueEvents, UnrecoverableError } from 'bullmq';
import { type Behaviour, type Stage, shown } from './behaviour.ts';

/** The telling behaviours of a worker and of what it calls. */
export const workerBehaviours: readonly Behaviour[] = [
  {
    name: 'a processor gets a job, a token, and a signal only if it declares one',
    async watch({ queue, worker, processor, name, testBed }) {
      const calls: unknown[] = [];
      const told = (...given: unknown[]): void => {
        calls.push(given.map((value) => (value as object | undefined)?.constructor.name));
      };
      const two = processor(async (job: Job, token?: string) => told(job, token));
      const three = processor(async (job: Job, token?: string, signal?: AbortSignal) =>
        told(job, token, signal),
      );
      const rest = processor(async (...all: unknown[]) => told(...all));
      for (const each of [two, three, rest]) {
        const own = testBed.name();
        await testBed.bareQueue(own).add('ship', 1);
        const { length } = calls;
        await testBed.bareWorker(own, each);
        await until(() => calls.length > length);
      }
      await queue().add('ship', 1);
      await worker(async () => told(name));
      await until(() => calls.length === 4);
      return [calls, [two, three, rest].map(({ length, name: called }) => [length, called])];
    },
  },
  {
    name: 'a processor is called with the worker’s own this',
    async watch(stage) {
      const seen: unknown[] = [];
      const { name } = stage;
      await stage.queue().add('ship', 1);
      await stage.worker(async function (this: unknown) {
        seen.push(this === undefined ? 'nothing' : Object(this).constructor.name, name.length > 0);
      });
      await until(() => seen.length > 0);
      return seen;
    },
  },
  {
    name: 'a result is stored and told',
    watch: (stage) => finished(stage, async () => ({ shipped: [1, 2] })),
  },
  { name: 'no result is a result', watch: (stage) => finished(stage, async () => undefined) },
  { name: 'a processor need not be asynchronous', watch: (stage) => finished(stage, (() => 7) as never) },
  {
    name: 'an error is stored and told, the same object',
    async watch(stage) {
      const error = Object.assign(new RangeError('broken'), { code: 'E_BROKEN' });
      const [told, , same] = await failed(stage, async () => Promise.reject(error), error);
      return [told, same];
    },
  },
  {
    name: 'an error may be thrown at once',
    watch: (stage) =>
      failed(stage, () => {
        throw new TypeError('at once');
      }),
  },
  {
    name: 'what is thrown need not be an error',
    watch: (stage) => failed(stage, () => Promise.reject({ message: 'no class', name: 'Odd' })),
  },
  {
    name: 'a job comes again as often as it may, after the backoff that it asked for',
    async watch({ queue, worker }) {
      const backoffs: unknown[] = [];
      const orders = queue();
      const running = await worker(
        async (job) => {
          throw new Error(`attempt ${job.attemptsMade}`);
        },
        {
          settings: {
            backoffStrategy: (made, type, error) => {
              backoffs.push([made, type, error?.message]);
              return 5;
            },
          },
        },
      );
      const events: unknown[] = [];
      running.on('failed', (job, { message }) => void events.push([job?.attemptsMade, message]));
      // Only now: a worker takes jobs as soon as it is made.
      await orders.add('ship', 1, { attempts: 3, backoff: { type: 'own' } });
      await until(() => events.length === 3);
      const [job] = await orders.getFailed();
      return [backoffs, events, shown(job), job?.stacktrace?.map((trace) => trace.split('\n')[0])];
    },
  },
  {
    name: 'an error that cannot be recovered ends the attempts',
    watch: (stage) =>
      failed(stage, () => Promise.reject(new UnrecoverableError('no')), undefined, { attempts: 5 }),
  },
  {
    name: 'a job may put itself off',
    async watch({ queue, worker }) {
      const starts: unknown[] = [];
      const running = await worker(async (job, token) => {
        starts.push([job.attemptsMade, job.attemptsStarted]);
        if (starts.length > 1) return 'done';
        await job.moveToDelayed(Date.now() + 5, token);
        throw new DelayedError();
      });
      const completed = once(running, 'completed');
      await queue().add('ship', 1);
      const [job, result] = await completed;
      return [starts, result, shown(job)];
    },
  },
  {
    name: 'progress, log and data of a job are kept and told',
    async watch({ queue, worker }) {
      const orders = queue();
      const running = await worker(async (job) => {
        await job.updateProgress({ percent: 50 });
        await job.log('half way');
        await job.updateData({ order: 2 });
      });
      const progress = once(running, 'progress');
      const completed = once(running, 'completed');
      await orders.add('ship', { order: 1 });
      const [job] = await completed;
      const [, told] = await progress;
      return [told, await orders.getJobLogs(job.id), shown(await orders.getJob(job.id))];
    },
  },
  {
    name: 'a job that is cancelled learns it by its signal',
    async watch({ queue, worker }) {
      await queue().add('ship', 1, { jobId: 'doomed' });
      let begun = false;
      const running = await worker(async (_job, _token, signal) => {
        begun = true;
        await new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error(`cancelled: ${signal.reason}`)));
        });
      });
      const failure = once(running, 'failed');
      await until(() => begun);
      const known = running.cancelJob('doomed', 'too late');
      const [job, error] = await failure;
      return [known, shown(job), String(error)];
    },
  },
  {
    name: 'jobs run at once up to the concurrency, each once',
    async watch({ queue, worker }) {
      await queue().addBulk(Array.from({ length: 9 }, (_, data) => ({ name: 'n', data })));
      const handled: number[] = [];
      let running = 0;
      let most = 0;
      await worker(
        async (job) => {
          most = Math.max(most, ++running);
          handled.push(job.data);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        },
        { concurrency: 3 },
      );
      await until(() => handled.length === 9 && running === 0);
      // Jobs that start at once are called in no order that BullMQ promises.
      return [handled.sort(), most <= 3];
    },
  },
  {
    name: 'closing a worker waits for the job at hand',
    async watch({ queue, worker }) {
      const orders = queue();
      await orders.add('ship', 1, { jobId: 'last' });
      const steps: string[] = [];
      let release: (() => void) | undefined;
      const running = await worker(async () => {
        steps.push('begun');
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        steps.push('done');
      });
      await until(() => release !== undefined);
      const closing = running.close().then(() => steps.push('closed'));
      release?.();
      await closing;
      return [steps, await (await orders.getJob('last'))?.getState()];
    },
  },
  {
    name: 'done and failed jobs are removed as they asked',
    async watch({ queue, worker }) {
      const orders = queue();
      await orders.add('good', 1, { removeOnComplete: true });
      await orders.add('bad', 1, { removeOnFail: true });
      await orders.add('kept', 1);
      let handled = 0;
      await worker(async (job) => {
        handled += 1;
        if (job.name === 'bad') throw new Error('bad');
      });
      await until(async () => handled === 3 && (await orders.getActiveCount()) === 0);
      return (await orders.getJobs()).map(({ name }) => name);
    },
  },
  {
    name: 'listeners of the queue elsewhere are told the same',
    async watch({ queue, worker, name, testBed }) {
      const events = new QueueEvents(name, { connection: testBed.connection });
      await events.waitUntilReady();
      const told: unknown[] = [];
      for (const event of ['added', 'active', 'retries-exhausted', 'failed', 'completed'] as const) {
        events.on(event, (data: object) => void told.push([event, Object.keys(data).sort()]));
      }
      await worker(async (job) => {
        if (job.name === 'bad') throw new Error('bad');
        return 'good';
      });
      const job = await queue().add('good', 1);
      const result = await job.waitUntilFinished(events);
      await queue().add('bad', 1, { attempts: 1 });
      // Each job is added and active, one completed, the other failed with its retries exhausted.
      await until(() => told.length >= 7);
      await events.close();
      return [result, told.map((entry) => JSON.stringify(entry)).sort()];
    },
  },
];

async function finished({ queue, worker }: Stage, processor: () => Promise<unknown>): Promise<unknown> {
  const orders = queue();
  const completed = once(await worker(processor), 'completed');
  await orders.add('ship', 1);
  const [job, result, previous] = await completed;
  return [shown(job), result, previous, shown(await orders.getJob(job.id))];
}

async function failed(
  { queue, worker }: Stage,
  processor: () => Promise<unknown>,
  error?: Error,
  options = {},
): Promise<unknown[]> {
  const orders = queue();
  const failing = once(await worker(processor), 'failed');
  await orders.add('ship', 1, options);
  const [job, told, previous] = await failing;
  const stored = await orders.getJob(job.id);
  return [
    [shown(job), String(told), previous, await stored?.getState()],
    stored?.stacktrace?.map((trace) => trace.split('\n')[0]),
    error === told,
  ];
}
