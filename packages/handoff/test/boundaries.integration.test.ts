import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { until } from '@waybill/brokers';
import { boundaries, startEchoes, stopEchoes } from './boundaries.ts';
import { activeTenant, HandoffTestBed, Pool } from './handoff-test-bed.ts';

const testBed = await HandoffTestBed.open();
beforeAll(startEchoes);
beforeEach(() => testBed.spans.clear());
afterAll(async () => {
  await stopEchoes();
  await testBed.close();
});

describe.each(boundaries)('$name', ({ right, wrong }) => {
  it('passes the trace and the baggage on while the work is fresh', async () => {
    const pool = new Pool();
    const handoff = testBed.handoff();
    const tenants: unknown[] = [];
    testBed.request('acme', () => right(handoff, () => tenants.push(activeTenant()), pool));
    const run = await testBed.spans.waitFor('run work');
    pool.stop();
    run
      .toBeChildOf(testBed.spans.named('request of acme'))
      .toHaveAttributes({ 'waybill.relation': 'parent', 'waybill.relation.reason': 'fresh' });
    expect(tenants).toEqual(['acme']);
    expect(context.active()).toBe(ROOT_CONTEXT);
  });

  it('starts a linked trace when the work starts late, and passes the baggage on', async () => {
    const pool = new Pool();
    let late = 0;
    const handoff = testBed.handoff({ clock: () => Date.now() + late, policy: { linkAfter: '1m' } });
    const tenants: unknown[] = [];
    testBed.request('acme', () => right(handoff, () => tenants.push(activeTenant()), pool));
    late = 61_000;
    const run = await testBed.spans.waitFor('run work');
    pool.stop();
    run
      .toBeRoot()
      .toLinkTo(testBed.spans.named('request of acme'), { 'waybill.link.to': 'creation' })
      .toHaveAttributes({
        'waybill.relation.reason': 'late',
        'waybill.journey.id': testBed.spans.named('request of acme').only.traceId,
      });
    expect(tenants).toEqual(['acme']);
  });

  it('keeps a hundred simultaneous contexts apart, and leaves none behind', async () => {
    const pool = new Pool();
    const handoff = testBed.handoff();
    const names = Array.from({ length: 100 }, (_, index) => `tenant-${index}`);
    const seen: [string, string | undefined, string | undefined][] = [];
    for (const name of names) {
      testBed.request(name, () =>
        right(
          handoff,
          async () => {
            const before = activeTenant();
            await new Promise((resolve) => setImmediate(resolve));
            seen.push([name, before, activeTenant()]);
          },
          pool,
        ),
      );
    }
    await until(() => seen.length === names.length);
    const runs = await testBed.spans.waitFor('run work', { count: names.length });
    pool.stop();
    expect(seen.filter(([name, before, after]) => before !== name || after !== name)).toEqual([]);
    const requests = new Map(testBed.spans.each.all.map(({ spanId, name }) => [spanId, name]));
    const parents = runs.all.map(({ parentSpanId = '' }) => requests.get(parentSpanId));
    expect(parents.sort()).toEqual(names.map((name) => `request of ${name}`).sort());
    expect(pool.contexts.filter((left) => left !== ROOT_CONTEXT)).toEqual([]);
    expect(context.active()).toBe(ROOT_CONTEXT);
  });

  if (wrong !== undefined) {
    it('loses the sender when the capture is on the wrong side', async () => {
      const pool = new Pool();
      const tenants: unknown[] = [];
      testBed.request('acme', () =>
        wrong(testBed.handoff({ diagnose: false }), () => tenants.push(activeTenant()), pool),
      );
      const run = await testBed.spans.waitFor('run work');
      pool.stop();
      run.toBeRoot().toHaveLinks(0).toHaveAttributes({ 'waybill.relation.reason': 'no-context' });
      expect(tenants).toEqual([undefined]);
    });
  }
});
