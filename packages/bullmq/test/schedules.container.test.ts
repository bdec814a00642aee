import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { activeBaggage, asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

it('ten runs of a schedule are ten roots, each linked to the schedule and to the run before', async () => {
  const name = testBed.name();
  const queue = testBed.queue(name);
  const tenants: unknown[] = [];
  const parents = testBed.waybill({ policy: { relation: 'parent' } });
  await testBed.worker(name, async () => void tenants.push(activeBaggage()), {}, parents);
  await asTenant('acme', () =>
    queue.upsertJobScheduler('nightly', { every: 20, limit: 10 }, { name: 'report' }),
  );

  const runs = await testBed.spans.waitFor(`process ${name}`, { count: 10, timeout: 50_000 });
  const schedule = testBed.spans.named(`add ${name}`).toHaveKind('PRODUCER');
  schedule.toHaveAttributes({
    'bullmq.job.name': 'report',
    'bullmq.job.scheduler.id': 'nightly',
    'messaging.message.id': expect.stringMatching(/^repeat:nightly:\d+$/),
  });
  runs.each.toBeRoot().toLinkTo(schedule, { 'waybill.link.to': 'creation' }).toHaveAttributes({
    'waybill.relation': 'link',
    'waybill.relation.reason': 'recurring',
    'waybill.message.age.source': 'job.timestamp',
    'waybill.journey.id': schedule.only.traceId,
    'bullmq.job.scheduler.id': 'nightly',
    'waybill.message.attempt': 1,
  });
  for (let run = 1; run < 10; run++) {
    runs
      .at(run)
      .toLinkTo(runs.at(run - 1), { 'waybill.link.to': 'previous-run' })
      .toHaveLinks(2);
  }
  expect(new Set(runs.all.map(({ traceId }) => traceId)).size).toBe(10);
  expect(tenants).toEqual(Array(10).fill({ 'tenant.id': 'acme' }));
  expect(activeBaggage.call(context)).toEqual({});
});

it('another attempt at a run links to the attempt before, and not to itself as a run', async () => {
  const name = testBed.name();
  const queue = testBed.queue(name);
  let failed = false;
  await testBed.worker(name, async () => {
    if (failed) return;
    failed = true;
    throw new Error('not yet');
  });
  await queue.upsertJobScheduler('nightly', { every: 50, limit: 2 }, { opts: { attempts: 2 } });
  const runs = await testBed.spans.waitFor(`process ${name}`, { count: 3, timeout: 50_000 });
  const [first, again] = [
    runs.where({ 'waybill.message.outcome': 'retry' }),
    runs.where({ 'waybill.message.attempt': 2 }),
  ];
  again.toBeRoot().toHaveLinks(2).toLinkTo(first, { 'waybill.link.to': 'previous-attempt' });
});

it('refuses what BullMQ refuses, with a span that says so', async () => {
  const name = testBed.name();
  const queue = testBed.queue(name);
  await expect(queue.upsertJobScheduler('nightly', {})).rejects.toThrow('Either .pattern or .every');
  testBed.spans.named(`add ${name}`).toHaveFailedWith('Error');
});
