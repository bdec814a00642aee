import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import { DelayedError, type Job, RateLimitError, UnrecoverableError, WaitingChildrenError } from 'bullmq';
import { BullmqTestBed } from './bullmq-test-bed.ts';

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

it('a job that fails twice and then succeeds: each attempt links to the one before', async () => {
  const name = testBed.name();
  await testBed.queue(name).add('ship', 1, { attempts: 3, backoff: { type: 'fixed', delay: 20 } });
  await testBed.worker(name, async (job) => {
    if (job.attemptsMade < 2) throw new TypeError(`not yet: ${job.attemptsMade}`);
  });
  const attempts = await testBed.spans.waitFor(`process ${name}`, { count: 3 });
  attempts.each.toBeChildOf(testBed.spans.named(`add ${name}`));
  attempts
    .at(0)
    .toHaveFailedWith('TypeError', 'not yet: 0')
    .toHaveLinks(0)
    .toHaveAttributes({ 'waybill.message.attempt': 1, 'waybill.message.outcome': 'retry' });
  attempts
    .at(1)
    .toHaveFailedWith('TypeError', 'not yet: 1')
    .toLinkTo(attempts.at(0), { 'waybill.link.to': 'previous-attempt', 'waybill.message.attempt': 1 })
    .toHaveAttributes({ 'waybill.message.attempt': 2, 'waybill.message.outcome': 'retry' });
  attempts
    .at(2)
    .toHaveSucceeded()
    .toLinkTo(attempts.at(1), { 'waybill.link.to': 'previous-attempt', 'waybill.message.attempt': 2 })
    .toHaveAttributes({
      'waybill.message.attempt': 3,
      'bullmq.job.attempts.made': 2,
      'waybill.message.outcome': undefined,
    });
});

it.each<[string, { attempts?: number }, () => Error]>([
  ['has no attempt left', {}, () => new Error('broken')],
  ['cannot be recovered', { attempts: 3 }, () => new UnrecoverableError('broken')],
])('a job that %s has failed for good', async (_, options, error) => {
  const name = testBed.name();
  await testBed.queue(name).add('ship', 1, options);
  await testBed.worker(name, async () => {
    throw error();
  });
  const processed = await testBed.spans.waitFor(`process ${name}`);
  processed
    .toHaveFailedWith(error().name, 'broken')
    .toHaveAttributes({ 'waybill.message.outcome': 'failed' });
});

it('a job that its worker may not start again has failed for good', async () => {
  const name = testBed.name();
  await testBed.queue(name).add('ship', 1, { attempts: 5 });
  const options = { maxStartedAttempts: 2 };
  await testBed.worker(
    name,
    async () => {
      throw new Error('broken');
    },
    options,
  );
  const processed = await testBed.spans.waitFor(`process ${name}`, { count: 2 });
  expect(processed.all.map(({ attributes }) => attributes['waybill.message.outcome'])).toEqual([
    'retry',
    'failed',
  ]);
});

it.each<[string, (job: Job, token: string) => Promise<void>]>([
  [
    'moves itself to the delayed ones',
    async (job, token) => {
      await job.moveToDelayed(Date.now() + 10, token);
      throw new DelayedError();
    },
  ],
  [
    'is rate limited',
    async (job) => {
      await (job as unknown as { queue: { rateLimit(ms: number): Promise<void> } }).queue.rateLimit(10);
      throw new RateLimitError();
    },
  ],
  [
    'waits for children',
    async (job, token) => {
      const opts = { parent: { id: job.id ?? '', queue: job.queueQualifiedName } };
      await testBed.bareQueue(job.queueName).add('child', 1, opts);
      if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    },
  ],
])('a job that %s is no error', async (_, putBack) => {
  const name = testBed.name();
  await testBed.queue(name).add('ship', 1);
  let first = true;
  await testBed.worker(
    name,
    async (job, token = '') => {
      if (job.name === 'child' || !first) return;
      first = false;
      await putBack(job, token);
    },
    { limiter: { max: 100, duration: 1_000 } },
  );
  const shipped = { 'bullmq.job.name': 'ship' };
  await until(() => testBed.spans.named(`process ${name}`).where(shipped).all.length === 2);
  const processed = testBed.spans.named(`process ${name}`).where(shipped);
  processed
    .at(0)
    .toHaveSucceeded()
    .toHaveAttributes({ 'waybill.message.outcome': 'deferred', 'error.type': undefined });
  expect(processed.at(0).only.events).toEqual([]);
  processed
    .at(1)
    .toHaveSucceeded()
    .toLinkTo(processed.at(0), { 'waybill.link.to': 'previous-attempt' })
    .toHaveAttributes({ 'waybill.message.attempt': 2, 'bullmq.job.attempts.made': 0 });
});

it('jobs of one id under two prefixes have nothing to do with each other', async () => {
  const name = testBed.name();
  const waybill = testBed.waybill();
  const prefixes = ['acme', 'globex'];
  for (const prefix of prefixes) {
    await testBed.queue(name, waybill, { prefix }).add(prefix, 1, { jobId: 'x', attempts: 2 });
  }
  const fails = async (job: Job): Promise<void> => {
    if (job.attemptsMade === 0) throw new Error('not yet');
  };
  for (const prefix of prefixes) await testBed.worker(name, fails, { prefix }, waybill);
  const processed = await testBed.spans.waitFor(`process ${name}`, { count: 4 });
  for (const prefix of prefixes) {
    const attempts = processed.where({ 'bullmq.job.name': prefix });
    attempts.at(1).toHaveLinks(1).toLinkTo(attempts.at(0), { 'waybill.link.to': 'previous-attempt' });
  }
});

it('a worker without a limit of starts has none', async () => {
  const name = testBed.name();
  await testBed.queue(name).add('ship', 1, { attempts: 2 });
  const fails = async (): Promise<never> => {
    throw new Error('broken');
  };
  await testBed.worker(name, fails, { maxStartedAttempts: 0 });
  const processed = await testBed.spans.waitFor(`process ${name}`, { count: 2 });
  processed.at(0).toHaveAttributes({ 'waybill.message.outcome': 'retry' });
  processed.at(1).toHaveAttributes({ 'waybill.message.outcome': 'failed' });
});

it('a job whose worker was killed is taken over: a second attempt, that says so', async () => {
  const name = testBed.name();
  await testBed.queue(name).add('ship', 1);
  const doomed = fork(join(import.meta.dirname, 'doomed-worker.ts'), [
    JSON.stringify(testBed.connection),
    name,
  ]);
  await once(doomed, 'message');
  doomed.kill('SIGKILL');
  await testBed.worker(name, async () => undefined, { stalledInterval: 100 });
  const processed = await testBed.spans.waitFor(`process ${name}`, { timeout: 50_000 });
  processed.toBeChildOf(testBed.spans.named(`add ${name}`)).toHaveAttributes({
    'waybill.message.attempt': 2,
    'bullmq.job.attempts.made': 0,
    'bullmq.job.stalled.count': 1,
  });
});
