import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { WaybillPolicy } from '@waybill/core';
import type { Job, JobsOptions } from 'bullmq';
import { processJob, traceProcessor } from '../src/index.ts';
import { activeBaggage, asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const hour = 3_600_000;

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('the spans of a job', () => {
  it('tell its name, its id and its attempt, and no data', async () => {
    const name = testBed.name();
    const job = await asTenant('acme', () =>
      testBed.queue(name).add('ship', { card: 'secret' }, { jobId: 'j1' }),
    );
    const tenants: unknown[] = [];
    await testBed.worker(name, async () => {
      tenants.push(activeBaggage());
      return 'secret';
    });
    const processed = await testBed.spans.waitFor(`process ${name}`);
    const added = testBed.spans.named(`add ${name}`).toHaveKind('PRODUCER');
    added.toHaveAttributes({
      'messaging.system.name': 'bullmq',
      'messaging.operation.name': 'add',
      'messaging.operation.type': 'send',
      'messaging.destination.name': name,
      'messaging.message.id': 'j1',
      'bullmq.job.name': 'ship',
    });
    processed.toHaveKind('CONSUMER').toBeChildOf(added).toHaveAttributes({
      'messaging.operation.name': 'process',
      'messaging.message.id': 'j1',
      'bullmq.job.name': 'ship',
      'bullmq.job.attempts.made': 0,
      'waybill.message.attempt': 1,
      'waybill.message.delay': undefined,
      'waybill.message.outcome': undefined,
    });
    expect(tenants).toEqual([{ 'tenant.id': 'acme' }]);
    expect(JSON.stringify(testBed.spans.each.all)).not.toContain('secret');
    expect(job.id).toBe('j1');
  });

  it('of a bulk are one for the call and one for each job', async () => {
    const name = testBed.name();
    await testBed.queue(name).addBulk([
      { name: 'a', data: 1 },
      { name: 'b', data: 2, opts: { jobId: 'b2' } },
    ]);
    const call = testBed.spans.named(`add ${name}`).toHaveKind('CLIENT');
    const created = testBed.spans.named(`create ${name}`).toHaveCount(2);
    created.each.toHaveKind('PRODUCER').toBeChildOf(call);
    created.at(1).toHaveAttributes({ 'messaging.message.id': 'b2', 'bullmq.job.name': 'b' });
    await testBed.worker(name, async () => undefined);
    const processed = await testBed.spans.waitFor(`process ${name}`, { count: 2 });
    processed.where({ 'bullmq.job.name': 'b' }).toBeChildOf(created.at(1));
  });

  it('are not doubled by a job that is processed by hand inside of its processor', async () => {
    const name = testBed.name();
    const waybill = testBed.waybill({ policy: { relation: 'link' } });
    await testBed.queue(name, waybill).add('ship', 1);
    let handled = false;
    await testBed.worker(
      name,
      (job) =>
        processJob(
          job,
          async () => {
            handled = true;
          },
          waybill,
        ),
      {},
      waybill,
    );
    await until(() => handled);
    (await testBed.spans.waitFor(`process ${name}`)).toHaveCount(1);
  });

  it('are left out where there is no job', () => {
    const waybill = testBed.waybill();
    expect(processJob(undefined as never, (job) => job ?? 'none', waybill)).toBe('none');
    expect(traceProcessor(() => 'called', waybill)()).toBe('called');
    expect(testBed.spans.each.count).toBe(0);
  });

  it('are there for a job that is fetched by hand', async () => {
    const name = testBed.name();
    const waybill = testBed.waybill();
    const added = await testBed.queue(name, waybill).add('ship', 1);
    const worker = await testBed.bareWorker(name, async () => undefined, { autorun: false });
    const job = (await worker.getNextJob('token')) as Job;
    const result = await processJob(job, async ({ id }) => `done ${id}`, waybill);
    expect(result).toBe(`done ${added.id}`);
    testBed.spans.named(`process ${name}`).toBeChildOf(testBed.spans.named(`add ${name}`));
  });
});

describe('the metadata of a job', () => {
  it('is JSON with W3C’s headers and ours', async () => {
    const name = testBed.name();
    const job = await asTenant('acme', () => testBed.queue(name).add('ship', 1, { priority: 3 }));
    const { spanId, traceId: trace } = testBed.spans.named(`add ${name}`).only;
    const stored = await testBed.bareQueue(name).getJob(job.id ?? '');
    expect(stored?.opts.priority).toBe(3);
    expect(JSON.parse(stored?.opts.telemetry?.metadata ?? '')).toEqual({
      traceparent: `00-${trace}-${spanId}-01`,
      waybill: expect.stringMatching(`^1-\\d{13}-${trace}-${spanId}$`),
      baggage: 'tenant.id=acme',
    });
  });

  it.each<[string, JobsOptions['telemetry']]>([
    ['that is no JSON', { metadata: 'mine' }],
    ['of Sentry', { metadata: `${traceId}-b7ad6b7169203331-1` }],
    ['of a caller who wants no context', { metadata: '{"x":"1"}', omitContext: true }],
    ['that is not there on purpose', { omitContext: true }],
  ])('%s stays as it is', async (_, telemetry = {}) => {
    const name = testBed.name();
    const job = await testBed.queue(name).add('ship', 1, { telemetry: Object.freeze(telemetry) });
    const stored = await testBed.bareQueue(name).getJob(job.id ?? '');
    expect(stored?.opts.telemetry).toEqual(telemetry);
  });

  it('of another tool that is an object is kept beside ours', async () => {
    const name = testBed.name();
    const job = await testBed
      .queue(name)
      .add('ship', 1, { telemetry: { metadata: '{"_datadog":{"x":"1"}}' } });
    const stored = await testBed.bareQueue(name).getJob(job.id ?? '');
    const metadata = JSON.parse(stored?.opts.telemetry?.metadata ?? '');
    expect(Object.keys(metadata)).toEqual(['_datadog', 'traceparent', 'waybill']);
  });
});

describe('what others left in a queue', () => {
  const polluting = `{"__proto__":{"traceparent":"${traceparent}"},"constructor":{"prototype":{"x":1}}}`;
  const hostile: readonly (readonly [string, JobsOptions])[] = [
    ['garbage', { telemetry: { metadata: '\u0000garbage' } }],
    ['truncated JSON', { telemetry: { metadata: '{"traceparent":"00-' } }],
    ['1 MB of JSON', { telemetry: { metadata: JSON.stringify({ baggage: `a=${'x'.repeat(1_048_576)}` }) } }],
    ['keys that would pollute', { telemetry: { metadata: polluting } }],
    ['JSON of another type', { telemetry: { metadata: '[1,2]' } }],
    ['headers of other types', { telemetry: { metadata: '{"traceparent":{"a":1},"baggage":7}' } }],
    ['a trace of Sentry', { telemetry: { metadata: `${traceId}-b7ad6b7169203331-1` } }],
    [
      'headers of Datadog',
      { telemetry: { metadata: '{"_datadog":{"traceparent":"x"}}', omitContext: true } },
    ],
    ['headers of AppSignal', { traceparent } as JobsOptions],
  ];

  it.each([1, 2])(
    'is processed all the same at concurrency %d, and the worker goes on',
    async (concurrency) => {
      const name = testBed.name();
      const queue = testBed.bareQueue(name);
      for (const [what, opts] of hostile) await queue.add(what, 1, opts);
      await queue.add('the last', 1, { telemetry: { metadata: JSON.stringify({ traceparent }) } });
      const seen: string[] = [];
      await testBed.worker(name, async (job) => void seen.push(job.name), { concurrency });
      await until(() => seen.length === hostile.length + 1);
      expect(seen.sort()).toEqual([...hostile.map(([what]) => what), 'the last'].sort());
      const processed = await testBed.spans.waitFor(`process ${name}`, { count: hostile.length + 1 });
      processed.where({ 'bullmq.job.name': 'the last' }).toHaveAttributes({ 'waybill.relation': 'parent' });
      for (const [what] of hostile) processed.where({ 'bullmq.job.name': what }).toBeRoot().toHaveLinks(0);
      const reasons = Object.fromEntries(
        processed.all.map(({ attributes }) => [
          attributes['bullmq.job.name'],
          attributes['waybill.relation.reason'],
        ]),
      );
      expect(reasons).toEqual({
        garbage: 'malformed',
        'truncated JSON': 'malformed',
        '1 MB of JSON': 'malformed',
        'keys that would pollute': 'no-context',
        'JSON of another type': 'malformed',
        'headers of other types': 'malformed',
        'a trace of Sentry': 'no-context',
        'headers of Datadog': 'no-context',
        'headers of AppSignal': 'no-context',
        'the last': 'fresh',
      });
      expect(({} as { traceparent?: unknown }).traceparent).toBeUndefined();
    },
  );
});

describe('a delay', () => {
  it.each([
    ['published', 'link', 'late'],
    ['due', 'parent', 'fresh'],
  ] as const)('counts from when it was %s: %s', async (ageFrom, relation, reason) => {
    const name = testBed.name();
    const policy: WaybillPolicy = { linkAfter: '30m', queues: { [name]: { ageFrom } } };
    const job = await testBed.queue(name).add('later', 1, { delay: hour });
    await job.promote();
    const inAnHour = testBed.waybill({ policy, clock: () => Date.now() + hour });
    await testBed.worker(name, async () => undefined, {}, inAnHour);
    const processed = await testBed.spans.waitFor(`process ${name}`);
    processed.toHaveAttributes({
      'waybill.relation': relation,
      'waybill.relation.reason': reason,
      'waybill.message.delay': 3_600,
    });
    testBed.spans.named(`add ${name}`).toHaveAttributes({ 'waybill.message.delay': 3_600 });
  });

  it('and the time of the first add are what age is read from', async () => {
    const name = testBed.name();
    await testBed.bareQueue(name).add('old', 1, {
      timestamp: Date.now() - hour,
      telemetry: { metadata: JSON.stringify({ traceparent }) },
    });
    await testBed.worker(name, async () => undefined);
    (await testBed.spans.waitFor(`process ${name}`)).toHaveAttributes({
      'waybill.relation': 'link',
      'waybill.relation.reason': 'late',
      'waybill.message.age.source': 'job.timestamp',
    });
  });
});

it('refuses a processor that is no function, with the fix', () => {
  expect(() => traceProcessor('./processor.js' as never, testBed.waybill())).toThrow(
    'traceProcessor: the text "./processor.js" is not a function. Wrap the function that the processor file exports, in that file.',
  );
});
