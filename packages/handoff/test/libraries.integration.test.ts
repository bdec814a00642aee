import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import fastq from 'fastq';
import cron from 'node-cron';
import PQueue from 'p-queue';
import { Piscina } from 'piscina';
import { SimpleIntervalJob, Task, ToadScheduler } from 'toad-scheduler';
import type { Envelope } from '../src/index.ts';
import { activeTenant, HandoffTestBed } from './handoff-test-bed.ts';

const testBed = await HandoffTestBed.open();
const handoff = testBed.handoff();
beforeEach(() => testBed.spans.clear());
afterAll(() => testBed.close());

/** Sets up a schedule with the bound callback, and gives what ends it. */
const schedulers: Readonly<Record<string, (report: () => void) => () => unknown>> = {
  'node-cron'(report) {
    const task = cron.schedule('* * * * * *', report);
    return () => task.destroy();
  },
  croner(report) {
    const job = new Cron('* * * * * *', report);
    return () => job.stop();
  },
  'toad-scheduler'(report) {
    const scheduler = new ToadScheduler();
    const task = new Task('report', report);
    scheduler.addSimpleIntervalJob(new SimpleIntervalJob({ milliseconds: 20 }, task));
    return () => scheduler.stop();
  },
};

// At the same time, as two of them run once a second.
it('every run of a schedule is a root that links to where it was set up: node-cron, croner, toad-scheduler', async () => {
  const seen: [string, string | undefined][] = [];
  const stops = Object.entries(schedulers).map(([name, schedule]) =>
    testBed.request(name, () =>
      schedule(handoff.recurring(name, () => void seen.push([name, activeTenant()]))),
    ),
  );
  for (const name of Object.keys(schedulers)) {
    const runs = await testBed.spans.waitFor(`run ${name}`, { count: 2 });
    runs
      .at(0)
      .toBeRoot()
      .toHaveLinks(1)
      .toLinkTo(testBed.spans.named(`request of ${name}`));
    runs.at(1).toBeRoot().toLinkTo(runs.at(0), { 'waybill.link.to': 'previous-run' });
  }
  for (const stop of stops) await stop();
  expect(seen.filter(([name, tenant]) => tenant !== name)).toEqual([]);
});

describe('a queue in the process', () => {
  it('of p-queue: tasks are bound', async () => {
    const queue = new PQueue({ concurrency: 2 });
    const results = await Promise.all(
      ['acme', 'globex', 'initech'].map((tenant) =>
        testBed.request(tenant, () => queue.add(handoff.bind('task', async () => activeTenant()))),
      ),
    );
    expect(results).toEqual(['acme', 'globex', 'initech']);
    expectChildren('run task');
  });

  it('of fastq: the worker opens what was put in an envelope', async () => {
    const worker = (envelope: Envelope<number>): Promise<unknown> =>
      handoff.open('task', envelope, async (number) => [number, activeTenant()]);
    const queue = fastq.promise(worker, 1);
    const results = await Promise.all(
      ['acme', 'globex', 'initech'].map((tenant, index) =>
        testBed.request(tenant, () => queue.push(handoff.envelope(index))),
      ),
    );
    expect(results).toEqual([
      [0, 'acme'],
      [1, 'globex'],
      [2, 'initech'],
    ]);
    expectChildren('run task');
  });
});

describe('another thread or process', () => {
  it('of piscina: the carrier is W3C’s, for any OpenTelemetry SDK', async () => {
    const pool = new Piscina({ filename: join(import.meta.dirname, 'piscina-task.ts'), maxThreads: 1 });
    const result = await testBed.request('acme', () => pool.run(handoff.envelope(21)));
    await pool.destroy();
    const { traceId } = testBed.spans.named('request of acme').only;
    expect(result).toEqual({ doubled: 42, traceId, tenant: 'acme' });
  });

  it('of child_process: the same', async () => {
    const child = fork(join(import.meta.dirname, 'child-process.ts'));
    testBed.request('acme', () => child.send(handoff.envelope('hello')));
    const [answer] = await once(child, 'message');
    child.disconnect();
    await once(child, 'exit');
    const { traceId } = testBed.spans.named('request of acme').only;
    expect(answer).toEqual({ word: 'hello', tenant: 'acme', traceId });
  });
});

/** That each of the three is a child of its own request. */
function expectChildren(name: string): void {
  const runs = testBed.spans.named(name).toHaveCount(3);
  const requests = testBed.spans.each.all.filter((span) => span.name.startsWith('request of'));
  expect(runs.all.map(({ parentSpanId }) => parentSpanId).sort()).toEqual(
    requests.map(({ spanId }) => spanId).sort(),
  );
}
