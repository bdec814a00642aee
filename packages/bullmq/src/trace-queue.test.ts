import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { traceQueue } from './trace-queue.ts';

const more = { of: 'a subclass' };

describe('a queue', () => {
  it('gets a job with the context of its span among the options, and gives what BullMQ gives', async () => {
    const { queue, bare, calls, spans } = setUp();
    const opts = Object.freeze({ attempts: 2, delay: 5_000 });
    expect(queue).toBe(bare);
    expect(await queue.add('ship', { order: 1 }, opts, more)).toBe(bare.added[0]);

    const span = spans.named('add orders').toHaveKind('PRODUCER').toHaveAttributes({
      'bullmq.job.name': 'ship',
      'bullmq.job.scheduler.id': undefined,
      'messaging.message.id': 'job-1',
      'waybill.message.delay': 5,
    });
    expect(calls).toEqual([['add', 'ship', { order: 1 }, { ...opts, telemetry: written(span.only) }, more]]);
  });

  it('gets jobs in bulk, each with a context of its own', async () => {
    const { queue, bare, calls, spans } = setUp({ delay: 3_000 });
    const jobs = [
      { name: 'ship', data: 1 },
      { name: 'bill', data: 2, opts: { delay: 0 } },
    ];
    expect(await queue.addBulk(jobs, more)).toBe(bare.added);

    spans.named('add orders').toHaveKind('CLIENT').toHaveAttributes({ 'messaging.batch.message_count': 2 });
    const created = spans.named('create orders').toHaveCount(2);
    const [ship, bill] = created.all;
    created.at(0).toHaveAttributes({
      'bullmq.job.name': 'ship',
      'messaging.message.id': 'job-1',
      'waybill.message.delay': 3,
    });
    created.at(1).toHaveAttributes({
      'bullmq.job.name': 'bill',
      'messaging.message.id': 'job-2',
      'waybill.message.delay': undefined,
    });
    expect(calls).toEqual([
      [
        'addBulk',
        [
          { name: 'ship', data: 1, opts: { telemetry: written(ship) } },
          { name: 'bill', data: 2, opts: { delay: 0, telemetry: written(bill) } },
        ],
        more,
      ],
    ]);
  });

  it('gets a schedule with the context of its span in the template', async () => {
    const { queue, bare, calls, spans } = setUp();
    const template = { name: 'report', data: 1, opts: { attempts: 2 } };
    expect(await queue.upsertJobScheduler('nightly', { every: 20 }, template, more)).toBe(bare.added[0]);
    await queue.upsertJobScheduler('hourly', { every: 10 });

    const [nightly, hourly] = spans.named('add orders').toHaveCount(2).all;
    spans.named('add orders').at(0).toHaveAttributes({
      'bullmq.job.name': 'report',
      'bullmq.job.scheduler.id': 'nightly',
      'messaging.message.id': 'job-1',
    });
    spans.named('add orders').at(1).toHaveAttributes({
      'bullmq.job.name': 'hourly',
      'bullmq.job.scheduler.id': 'hourly',
    });
    const opts = { attempts: 2, telemetry: written(nightly) };
    expect(calls).toEqual([
      ['upsertJobScheduler', 'nightly', { every: 20 }, { ...template, opts }, more],
      ['upsertJobScheduler', 'hourly', { every: 10 }, { opts: { telemetry: written(hourly) } }],
    ]);
  });

  it('gets what is to omit the context as the caller wrote it', async () => {
    const { queue, calls, spans } = setUp();
    const opts = { telemetry: { omitContext: true } };
    const template = { opts };
    await queue.add('ship', 1, opts);
    await queue.upsertJobScheduler('nightly', { every: 20 }, template);

    spans.named('add orders').toHaveCount(2);
    expect(calls[0]?.[3]).toBe(opts);
    expect(calls[1]?.[3]).toBe(template);
  });

  it.each<[string, 'add' | 'addBulk' | 'upsertJobScheduler', unknown[]]>([
    ['options that are none', 'add', ['ship', 1, 'options', more]],
    ['jobs that are no list', 'addBulk', ['ship', more]],
    ['a job that is null', 'addBulk', [[null], more]],
    ['a job that is a text', 'addBulk', [['ship'], more]],
    ['a job with options that are none', 'addBulk', [[{ name: 'ship', opts: 7 }], more]],
    ['a template that is none', 'upsertJobScheduler', ['nightly', { every: 20 }, 'report', more]],
    ['a template with options that are none', 'upsertJobScheduler', ['nightly', {}, { opts: 7 }, more]],
  ])('is left to refuse %s', async (_what, method, args) => {
    const { queue, calls, spans } = setUp();
    await (queue[method] as (...given: unknown[]) => Promise<unknown>)(...args);

    expect(calls).toEqual([[method, ...args]]);
    expect(spans.each.count).toBe(0);
  });

  it('gets what the caller passed while there is nothing to record', async () => {
    const { queue, calls } = setUp({}, createWaybill());
    const [opts, jobs, template] = [{}, [{ name: 'ship', data: 1 }], {}];
    await queue.add('ship', 1, opts, more);
    await queue.addBulk(jobs, more);
    await queue.upsertJobScheduler('nightly', {}, template, more);

    expect(calls).toEqual([
      ['add', 'ship', 1, opts, more],
      ['addBulk', jobs, more],
      ['upsertJobScheduler', 'nightly', {}, template, more],
    ]);
    expect(calls[0]?.[3]).toBe(opts);
    expect(calls[1]?.[1]).toBe(jobs);
    expect(calls[2]?.[3]).toBe(template);
  });

  it('of an older release may have no schedules', async () => {
    const add = async (..._job: unknown[]): Promise<object> => ({ id: '1' });
    const spans = recordSpans();
    const older = { name: 'orders', add, addBulk: async () => [] };
    const queue = traceQueue(older, recording(spans));
    await queue.add('ship', 1);

    spans.named('add orders').toHaveAttributes({ 'messaging.message.id': '1' });
    expect(Object.keys(queue).sort()).toEqual(['add', 'addBulk', 'name']);
  });
});

describe('an answer about schedules', () => {
  it('has nothing of ours in it', async () => {
    const { queue, bare } = setUp();
    await queue.upsertJobScheduler('nightly', { every: 20 }, { opts: { attempts: 2 } });

    const schedule = { key: 'nightly', template: { opts: { attempts: 2 } } };
    expect(await queue.getJobScheduler('nightly', more)).toEqual(schedule);
    expect(await queue.getJobSchedulers(0, 9)).toEqual([schedule]);
    expect(bare.asked).toEqual([
      ['nightly', more],
      [0, 9],
    ]);
  });

  it('is that of BullMQ while there is nothing to record', async () => {
    const answering = new FakeQueue();
    await traceQueue(answering, recording(recordSpans())).upsertJobScheduler('nightly', { every: 20 });
    const queue = new FakeQueue();
    queue.schedule = answering.schedule;
    traceQueue(queue, createWaybill());

    expect(await queue.getJobScheduler('nightly')).toBe(answering.schedule);
    expect((await queue.getJobSchedulers())[0]).toBe(answering.schedule);
  });
});

describe('the telemetry that a queue was given', () => {
  it('makes no second span of what adds jobs, by a schedule or not', async () => {
    const traced: string[] = [];
    const own = { telemetry: {} };
    const trace = async (_kind: unknown, operation: string, _queue: string, run: () => Promise<unknown>) => {
      traced.push(operation);
      return run();
    };
    const scheduler = { opts: own, trace };
    const queue = Object.assign(new FakeQueue(), {
      opts: own,
      trace,
      jobScheduler: Promise.resolve(scheduler),
      upsertJobScheduler: () => scheduler.trace(3, 'add', 'orders', async () => ({ id: '1' })),
    });
    traceQueue(queue, recording(recordSpans()));
    await queue.upsertJobScheduler();
    const wrapped = scheduler.trace;
    await queue.upsertJobScheduler();
    await queue.trace(3, 'add', 'orders', async () => undefined);
    await queue.trace(3, 'drain', 'orders', async () => undefined);

    expect(traced).toEqual(['drain']);
    expect(scheduler.trace).toBe(wrapped);
  });
});

/** A queue as BullMQ's are, with the calls that reach it. */
class FakeQueue {
  readonly name = 'orders';
  readonly calls: unknown[][] = [];
  readonly asked: unknown[][] = [];
  readonly added = [{ id: 'job-1' }, { id: 'job-2' }];
  defaultJobOptions: object | undefined;
  schedule: { key: unknown; template: unknown } | undefined;

  async add(...args: unknown[]): Promise<unknown> {
    this.calls.push(['add', ...args]);
    return this.added[0];
  }

  async addBulk(...args: unknown[]): Promise<unknown> {
    this.calls.push(['addBulk', ...args]);
    return this.added;
  }

  async upsertJobScheduler(...args: unknown[]): Promise<unknown> {
    this.calls.push(['upsertJobScheduler', ...args]);
    this.schedule = { key: args[0], template: args[2] };
    return this.added[0];
  }

  async getJobScheduler(...args: unknown[]): Promise<unknown> {
    this.asked.push(args);
    return this.schedule;
  }

  async getJobSchedulers(...args: unknown[]): Promise<unknown[]> {
    this.asked.push(args);
    return [this.schedule];
  }
}

function setUp(defaultJobOptions?: object, waybill?: Waybill) {
  const bare = Object.assign(new FakeQueue(), { defaultJobOptions });
  const spans = recordSpans();
  const queue = traceQueue(bare, waybill ?? recording(spans));
  return { queue, bare, calls: bare.calls, spans };
}

function recording(spans: ReturnType<typeof recordSpans>): Waybill {
  return createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
}

/** The telemetry of a job that carries the context of a span. */
function written(span: { readonly traceId: string; readonly spanId: string } | undefined): object {
  return { metadata: expect.stringContaining(`"traceparent":"00-${span?.traceId}-${span?.spanId}-01"`) };
}
