import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import * as lowest from 'bullmq-lowest';
import { traceQueue } from '../src/index.ts';
import { asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

const { Queue, Worker } = lowest as unknown as typeof import('bullmq');

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());

it.each([false, true])(
  'BullMQ 5 hands the context to a sandbox, in a thread: %s',
  async (useWorkerThreads) => {
    const name = testBed.name();
    const { connection } = testBed;
    const results: unknown[] = [];
    const processor = join(import.meta.dirname, 'sandboxed-processor.ts');
    const worker = new Worker(name, processor, { connection, useWorkerThreads });
    worker.on('completed', (_job, result) => void results.push(result));
    worker.on('error', () => undefined);
    const queue = traceQueue(new Queue(name, { connection }), testBed.waybill());
    await asTenant('acme', () => queue.add('ship', {}));
    await until(() => results.length === 1);
    await worker.close();
    await queue.close();
    const { traceId } = testBed.spans.named(`add ${name}`).only;
    expect(results).toMatchObject([{ tenant: 'acme', trace: traceId }]);
  },
  30_000,
);
