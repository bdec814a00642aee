import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { until } from '@waybill/brokers';
import { createWaybill, type Waybill } from '@waybill/core';
import { DelayedError, type Job, type Processor, type Queue } from 'bullmq';
import { processJob, traceFlowProducer, waybillTelemetry } from '../src/index.ts';
import { activeBaggage, asTenant, BullmqTestBed } from './bullmq-test-bed.ts';
import { type Door, telemetry, wrapped } from './doors.ts';

let testBed: BullmqTestBed;
let door: Door;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => {
  testBed.spans.clear();
  door = telemetry(testBed);
});
afterEach(() => testBed.disconnect());

describe('the spans of a job', () => {
  it('are those of the wrapped client, name by name and attribute by attribute', async () => {
    const seen = [];
    for (const open of [wrapped, telemetry]) {
      testBed.spans.clear();
      const name = testBed.name();
      const traced = open(testBed);
      await asTenant('acme', () => traced.queue(name).add('ship', { card: 'secret' }, { jobId: 'j1' }));
      const tenants: unknown[] = [];
      await traced.worker(name, async () => {
        tenants.push(activeBaggage());
        return 'secret';
      });
      await testBed.spans.waitFor(`process ${name}`);
      const spans = testBed.spans.each.all.map(
        ({ kind, attributes, links, events, status, scope, ...span }) => ({
          name: span.name.replace(name, 'queue'),
          kind,
          attributes: {
            ...attributes,
            'messaging.destination.name': attributes['messaging.destination.name'] === name,
            'waybill.journey.id': typeof attributes['waybill.journey.id'],
            'waybill.message.age': typeof attributes['waybill.message.age'],
          },
          links,
          events,
          status,
          scope,
          isRoot: span.parentSpanId === undefined,
        }),
      );
      seen.push({ spans, tenants });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect(seen[1]?.spans).toHaveLength(2);
  });

  it('are no others, whatever else is done to a queue and a worker', async () => {
    const name = testBed.name();
    const queue = door.queue(name);
    await queue.pause();
    await queue.add('ship', 1);
    await queue.resume();
    const worker = await door.worker(name, async () => undefined);
    await testBed.spans.waitFor(`process ${name}`);
    await worker.pause();
    worker.resume();
    await queue.drain();
    await queue.clean(0, 10);
    expect(testBed.spans.each.all.map((span) => span.name).sort()).toEqual([
      `add ${name}`,
      `process ${name}`,
    ]);
  });

  it('and all others where they are asked for', async () => {
    const name = testBed.name();
    const all = waybillTelemetry(testBed.waybill(), { commands: true });
    const queue = testBed.bareQueue(name, { telemetry: all });
    await queue.pause();
    await queue.resume();
    await expect(queue.retryJobs({ state: 'nowhere' as never, timestamp: Number.NaN })).rejects.toThrow();
    testBed.spans.named(`pause ${name}`).toBeRoot().toHaveKind('CLIENT').toHaveSucceeded();
    testBed.spans.named(`resume ${name}`).toHaveCount(1);
    testBed.spans.named(`retryJobs ${name}`).toHaveFailedWith('ReplyError');
  });

  it('a processor’s own adds go on in its trace, with its baggage', async () => {
    const [name, next] = [testBed.name(), testBed.name()];
    const [queue, onward] = [door.queue(name), door.queue(next)];
    await door.worker(name, async () => void (await onward.add('bill', 1)));
    await asTenant('acme', () => queue.add('ship', 1));
    const tenants: unknown[] = [];
    await door.worker(next, async () => void tenants.push(activeBaggage()));
    (await testBed.spans.waitFor(`process ${next}`)).toBeChildOf(testBed.spans.named(`add ${next}`));
    const processed = await testBed.spans.waitFor(`process ${name}`);
    testBed.spans.named(`add ${next}`).toBeChildOf(processed);
    expect(tenants).toEqual([{ 'tenant.id': 'acme' }]);
  });
});

describe('attempts', () => {
  it('that fail say what follows, and each links to the one before: no trace without end', async () => {
    const name = testBed.name();
    const late = telemetry(testBed, testBed.waybill({ clock: () => Date.now() + 3_600_000 }));
    await door.queue(name).add('ship', 1, { attempts: 3, backoff: { type: 'fixed', delay: 20 } });
    await late.worker(name, async () => {
      throw new TypeError('not yet');
    });
    const attempts = await testBed.spans.waitFor(`process ${name}`, { count: 3 });
    attempts.each
      .toBeRoot()
      .toHaveFailedWith('_OTHER', 'not yet')
      .toLinkTo(testBed.spans.named(`add ${name}`));
    for (const [index, outcome] of ['retry', 'retry', 'failed'].entries()) {
      attempts.at(index).toHaveAttributes({
        'waybill.message.attempt': index + 1,
        'bullmq.job.attempts.made': index,
        'waybill.message.outcome': outcome,
      });
      if (index > 0)
        attempts.at(index).toLinkTo(attempts.at(index - 1), {
          'waybill.link.to': 'previous-attempt',
          'waybill.message.attempt': index,
        });
    }
  });

  it('by which a processor puts its job back are no errors', async () => {
    const name = testBed.name();
    await door.queue(name).add('ship', 1);
    let first = true;
    await door.worker(name, async (job, token = '') => {
      if (!first) return;
      first = false;
      await job.moveToDelayed(Date.now() + 10, token);
      throw new DelayedError();
    });
    const processed = await testBed.spans.waitFor(`process ${name}`, { count: 2 });
    processed.at(0).toHaveSucceeded().toHaveAttributes({ 'waybill.message.outcome': 'deferred' });
    processed
      .at(1)
      .toLinkTo(processed.at(0), { 'waybill.link.to': 'previous-attempt' })
      .toHaveAttributes({ 'waybill.message.attempt': 2, 'waybill.message.outcome': undefined });
  });

  it('at a job that is processed elsewhere are told by how often it failed', async () => {
    const name = testBed.name();
    await door.queue(name).add('ship', 1, { attempts: 2, backoff: { type: 'fixed', delay: 20 } });
    const fails: Processor = async () => {
      throw new Error('not here');
    };
    const elsewhere = await testBed.bareWorker(name, fails, { autorun: false });
    const failed = once(elsewhere, 'failed');
    elsewhere.run();
    await failed;
    await elsewhere.close();
    await door.worker(name, async () => undefined);
    (await testBed.spans.waitFor(`process ${name}`)).toHaveAttributes({
      'waybill.message.attempt': 2,
      'bullmq.job.attempts.made': 1,
    });
  });
});

describe('a schedule', () => {
  it('has runs that are roots, each linked to the schedule and to the run before, and no span beside', async () => {
    const name = testBed.name();
    const tenants: unknown[] = [];
    const traced = telemetry(testBed, testBed.waybill({ policy: { relation: 'parent' } }));
    await traced.worker(name, async () => void tenants.push(activeBaggage()));
    await asTenant('acme', () =>
      traced.queue(name).upsertJobScheduler('nightly', { every: 20, limit: 5 }, { name: 'report' }),
    );
    const runs = await testBed.spans.waitFor(`process ${name}`, { count: 5, timeout: 50_000 });
    const schedule = testBed.spans.named(`add ${name}`).toHaveCount(1);
    schedule.toHaveAttributes({
      'bullmq.job.name': 'report',
      'bullmq.job.scheduler.id': 'nightly',
      'messaging.message.id': expect.stringMatching(/^repeat:nightly:\d+$/),
    });
    runs.each.toBeRoot().toLinkTo(schedule, { 'waybill.link.to': 'creation' }).toHaveAttributes({
      'waybill.relation.reason': 'recurring',
      'bullmq.job.scheduler.id': 'nightly',
      'waybill.journey.id': schedule.only.traceId,
    });
    runs.at(4).toLinkTo(runs.at(3), { 'waybill.link.to': 'previous-run' });
    expect(tenants).toEqual(Array(5).fill({ 'tenant.id': 'acme' }));
  });

  it('whose run is taken when another job is done has nothing to do with that job, whoever made the schedule', async () => {
    const name = testBed.name();
    // The same for queues and workers, and a schedule that carries nothing.
    const shared = waybillTelemetry(testBed.waybill());
    const bare = testBed.bareQueue(name);
    await bare.upsertJobScheduler('nightly', { every: 3_600_000 }, { name: 'report' });
    await bare.upsertJobScheduler('hourly', { every: 3_600_000 }, { name: 'report' });
    const queue = testBed.bareQueue(name, { telemetry: shared });
    await asTenant('acme', () => queue.add('stranger', 1, { lifo: true }));
    await testBed.bareWorker(name, async () => undefined, { telemetry: shared });
    const processed = await testBed.spans.waitFor(`process ${name}`, { count: 3 });
    const stranger = processed.where({ 'bullmq.job.name': 'stranger' }).only;
    const next = testBed.spans.named(`add ${name}`).where({ 'bullmq.job.name': 'report' }).toHaveCount(2);
    next.each.toBeRoot();
    expect(next.all.map(({ attributes }) => attributes['waybill.journey.id'])).not.toContain(
      stranger.attributes['waybill.journey.id'],
    );
    const planned = await queue.getDelayed();
    expect(planned.map(({ opts }) => opts.telemetry?.metadata)).toEqual(
      Array(2).fill(expect.not.stringContaining('acme')),
    );
  });
});

describe('with a wrapped client at once no span is doubled', () => {
  const bothWith = (waybill: Waybill) => {
    const own = waybillTelemetry(waybill);
    return {
      queue: (name: string): Queue => testBed.queue(name, waybill, { telemetry: own }),
      worker: (name: string, processor: Processor) =>
        testBed.worker(name, processor, { telemetry: own }, waybill),
    };
  };

  it.each([true, false])('where a job is added and processed (with a context: %s)', async (carries) => {
    const name = testBed.name();
    const waybill = testBed.waybill();
    const both = bothWith(waybill);
    const queue = carries ? both.queue(name) : testBed.bareQueue(name);
    await queue.add('ship', 1);
    const active: unknown[] = [];
    const processor = async () => void active.push(trace.getActiveSpan()?.spanContext().spanId);
    const worker = await both.worker(name, processor);
    const processed = await testBed.spans.waitFor(`process ${name}`);
    await worker.close();
    expect(testBed.spans.each.count).toBe(carries ? 2 : 1);
    expect(active).toEqual([processed.only.spanId]);
  });

  it('where a flow is added, and the next run of a schedule', async () => {
    const name = testBed.name();
    const waybill = testBed.waybill();
    const own = waybillTelemetry(waybill);
    const flows = traceFlowProducer(testBed.bareFlowProducer({ telemetry: own }), waybill);
    await flows.add({ name: 'ship', queueName: name, children: [{ name: 'pack', queueName: name }] });
    await bothWith(waybill).queue(name).upsertJobScheduler('nightly', { every: 3_600_000 });
    expect(testBed.spans.each.all.map((span) => span.name).sort()).toEqual([
      `add ${name}`,
      `add ${name}`,
      `create ${name}`,
      `create ${name}`,
    ]);
  });

  it('and a job that is fetched by hand is processed in a span of its own', async () => {
    const name = testBed.name();
    const waybill = testBed.waybill();
    const own = waybillTelemetry(waybill, { worker: true });
    await door.queue(name).add('ship', 1);
    const worker = await testBed.bareWorker(name, async () => undefined, { autorun: false, telemetry: own });
    const job = (await worker.getNextJob('token')) as Job;
    await processJob(job, async () => undefined, waybill);
    testBed.spans.named(`process ${name}`).toBeChildOf(testBed.spans.named(`add ${name}`));
  });
});

it('without an SDK jobs carry nothing, and what they carry already stays', async () => {
  const name = testBed.name();
  const manager = new AsyncLocalStorageContextManager();
  context.disable();
  try {
    const own = waybillTelemetry(createWaybill());
    const queue = testBed.bareQueue(name, { telemetry: own });
    await queue.add('one', 1);
    await queue.add('two', 2, { telemetry: { metadata: 'mine' } });
    const seen: unknown[] = [];
    const processor: Processor = async ({ opts }) => void seen.push(opts.telemetry?.metadata);
    await testBed.bareWorker(name, processor, { telemetry: own });
    await until(() => seen.length === 2);
    expect(seen).toEqual([undefined, 'mine']);
    expect(testBed.spans.each.count).toBe(0);
  } finally {
    context.setGlobalContextManager(manager.enable());
  }
});

it.each<[string, unknown]>([
  ['garbage', 'garbage'],
  ['a bare trace of Sentry', `${'a'.repeat(32)}-${'b'.repeat(16)}-1`],
  ['more than anybody reads', 'x'.repeat(70_000)],
  ['an object that is none', '{"traceparent":{"a":1}}'],
])('metadata that is %s stops no job', async (_, metadata) => {
  const name = testBed.name();
  await testBed.bareQueue(name).add('ship', 1, { telemetry: { metadata: metadata as string } });
  await door.worker(name, async () => undefined);
  (await testBed.spans.waitFor(`process ${name}`)).toBeRoot().toHaveLinks(0).toHaveSucceeded();
});
