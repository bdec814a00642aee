import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type SpanContext, SpanKind } from '@opentelemetry/api';
import { until } from '@waybill/brokers';
import type { WorkerOptions } from 'bullmq';
import { asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

interface ExportedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  readonly parent: SpanContext | undefined;
  readonly own: SpanContext;
}

const processor = join(import.meta.dirname, 'sandboxed-processor.ts');

let testBed: BullmqTestBed;
let folder: string;
let file: string;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => {
  testBed.spans.clear();
  folder = mkdtempSync(join(tmpdir(), 'waybill-spans-'));
  file = join(folder, 'spans');
});
afterEach(async () => {
  await testBed.disconnect();
  rmSync(folder, { recursive: true, force: true });
});

describe.each<[string, () => Partial<WorkerOptions>]>([
  ['process', () => ({ workerForkOptions: { env: { ...process.env, SPANS_FILE: file } } })],
  [
    'thread',
    () => ({ useWorkerThreads: true, workerThreadsOptions: { env: { ...process.env, SPANS_FILE: file } } }),
  ],
])('a sandboxed processor in a child %s', (_, options) => {
  it('runs in the span and the baggage of its job, which the SDK there exports', async () => {
    const name = testBed.name();
    const progress: unknown[] = [];
    const results: unknown[] = [];
    const worker = await testBed.bareWorker(name, processor, options());
    worker.on('progress', (_job, value) => void progress.push(value));
    worker.on('completed', (_job, result) => void results.push(result));
    await asTenant('acme', () => testBed.queue(name).add('ship', {}));
    await until(() => results.length === 1);
    const added = testBed.spans.named(`add ${name}`).only;
    const [span] = await exported(1);
    expect(span).toMatchObject({
      name: `process ${name}`,
      kind: SpanKind.CONSUMER,
      parent: { traceId: added.traceId, spanId: added.spanId },
      attributes: {
        'messaging.system.name': 'bullmq',
        'bullmq.job.name': 'ship',
        'waybill.relation': 'parent',
        'waybill.message.attempt': 1,
      },
    });
    expect(results).toEqual([
      {
        active: span?.own.spanId,
        trace: added.traceId,
        tenant: 'acme',
        arguments: ['string', 'AbortSignal'],
      },
    ]);
    expect(progress).toEqual([50]);
  });

  it('fails as it would, and its span says whether the job comes again', async () => {
    const name = testBed.name();
    const failures: unknown[] = [];
    const worker = await testBed.bareWorker(name, processor, options());
    worker.on('failed', (_job, { message }) => void failures.push(message));
    await testBed.queue(name).add('ship', { fails: true }, { attempts: 2 });
    await until(() => failures.length === 2);
    expect(failures).toEqual(['broken', 'broken']);
    const spans = await exported(2);
    expect(spans.map(({ attributes }) => attributes)).toMatchObject([
      { 'error.type': 'TypeError', 'waybill.message.attempt': 1, 'waybill.message.outcome': 'retry' },
      { 'error.type': 'TypeError', 'waybill.message.attempt': 2, 'waybill.message.outcome': 'failed' },
    ]);
  });
});

/** The spans that the child wrote down, which it does a moment after the job is done. */
async function exported(count: number): Promise<ExportedSpan[]> {
  const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  await until(() => lines().length >= count);
  return lines().map((line) => JSON.parse(line));
}
