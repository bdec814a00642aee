import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Envelope } from '../src/index.ts';
import { HandoffTestBed } from './handoff-test-bed.ts';
import type { Task, TaskReport, ThreadSpan } from './pool-worker.ts';

const count = 10_000;
const testBed = await HandoffTestBed.open();
let threads: Worker[];
beforeAll(() => {
  threads = Array.from({ length: 4 }, () => new Worker(join(import.meta.dirname, 'pool-worker.ts')));
});
afterAll(async () => {
  await Promise.all(threads.map((thread) => thread.terminate()));
  await testBed.close();
});

it('ten thousand tasks on four threads: each has its own sender, whatever became of the one before', async () => {
  const handoff = testBed.handoff();
  const tasks: Envelope<Task>[] = Array.from({ length: count }, (_, id) => {
    const fate = id % 10 === 3 ? 'throws' : id % 10 === 7 ? 'cancelled' : 'done';
    return testBed.request(`tenant-${id}`, () => handoff.envelope<Task>({ id, fate }));
  });
  const senders = testBed.spans.each.all.map(({ spanId, traceId }) => ({ spanId, traceId }));

  const reports = (await Promise.all(threads.map((thread) => work(thread, tasks)))).flat();
  const recorded = (await Promise.all(threads.map(recordedBy))).flat();

  expect(reports).toHaveLength(count);
  const told = { done: 'done', throws: 'broken', cancelled: 'cancelled' };
  for (const { id, outcome, tenants, isClean } of reports) {
    const { fate } = tasks[id]?.payload ?? { fate: 'done' };
    const seen = fate === 'done' ? [`tenant-${id}`, `tenant-${id}`] : [`tenant-${id}`];
    expect([outcome, tenants, isClean]).toEqual([told[fate], seen, true]);
  }
  const byTask = recorded.toSorted((one, other) => Number(one.id) - Number(other.id));
  expect(byTask).toEqual(
    tasks.map(({ payload: { id, fate } }) => ({
      id,
      traceId: senders[id]?.traceId,
      parentSpanId: senders[id]?.spanId,
      error: { done: undefined, throws: 'TypeError', cancelled: 'Error' }[fate],
    })),
  );
}, 180_000);

let next = 0;

/** Gives a thread one task after the other, until there is none. */
async function work(thread: Worker, tasks: readonly Envelope<Task>[]): Promise<TaskReport[]> {
  const reports: TaskReport[] = [];
  for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
    thread.postMessage(task);
    if (task.payload.fate === 'cancelled') thread.postMessage('cancel');
    const [report] = await once(thread, 'message');
    reports.push(report);
  }
  return reports;
}

async function recordedBy(thread: Worker): Promise<readonly ThreadSpan[]> {
  thread.postMessage('report');
  const [spans] = await once(thread, 'message');
  return spans;
}
