import { afterAll, afterEach, beforeAll, beforeEach, it } from '@jest/globals';
import type { Processor, Queue, Worker } from 'bullmq';
import * as release from 'bullmq-lowest';
import { waybillTelemetry } from '../src/index.ts';
import { BullmqTestBed } from './bullmq-test-bed.ts';
import type { Bullmq } from './harness.ts';

// Its types are those of its time; what is used of it is what later ones have.
const lowest = release as unknown as Bullmq;
const open: { close(): Promise<unknown> }[] = [];

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(async () => {
  for (const client of open.splice(0).reverse()) await client.close();
  await testBed.disconnect();
});

it('attempts link to each other, and say neither which job it is by name nor what follows', async () => {
  const { queue, work, name } = await clients();
  await queue.add('ship', 1, { attempts: 2 });
  await work(async () => {
    throw new RangeError('no stock');
  });
  const attempts = await testBed.spans.waitFor(`process ${name}`, { count: 2 });
  attempts.each.toBeChildOf(testBed.spans.named(`add ${name}`)).toHaveFailedWith('_OTHER', 'no stock');
  attempts.each.toHaveAttributes({
    'bullmq.job.name': undefined,
    'bullmq.job.attempts.made': undefined,
    'waybill.message.outcome': undefined,
  });
  attempts
    .at(1)
    .toLinkTo(attempts.at(0), { 'waybill.link.to': 'previous-attempt' })
    .toHaveAttributes({ 'waybill.message.attempt': 2 });
});

it('runs of a schedule are roots that link to it and to each other', async () => {
  const { queue, work, name } = await clients();
  await work(async () => undefined);
  await queue.upsertJobScheduler('nightly', { every: 50 }, { name: 'report' });
  const runs = await testBed.spans.waitFor(`process ${name}`, { count: 3, timeout: 10_000 });
  await queue.removeJobScheduler('nightly');
  const schedule = testBed.spans.named(`add ${name}`).toHaveCount(1);
  runs.each.toBeRoot().toLinkTo(schedule, { 'waybill.link.to': 'creation' });
  runs.at(2).toLinkTo(runs.at(1), { 'waybill.link.to': 'previous-run' });
});

async function clients(): Promise<{
  readonly name: string;
  readonly queue: Queue;
  work(processor: Processor): Promise<Worker>;
}> {
  const name = testBed.name();
  const { connection } = testBed;
  const waybill = testBed.waybill();
  const queue = new lowest.Queue(name, { connection, telemetry: waybillTelemetry(waybill) });
  open.push(queue);
  await queue.waitUntilReady();
  return {
    name,
    queue,
    async work(processor) {
      const telemetry = waybillTelemetry(waybill, { worker: true });
      const worker = new lowest.Worker(name, processor, { connection, telemetry });
      worker.on('error', () => undefined);
      open.push(worker);
      await worker.waitUntilReady();
      return worker;
    },
  };
}
