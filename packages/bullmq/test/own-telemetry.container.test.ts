import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { FlowProducer, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { traceFlowProducer, traceProcessor } from '../src/index.ts';
import { activeBaggage, asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

const warnings: string[] = [];
const ignore = (): void => undefined;

let testBed: BullmqTestBed;
let telemetry: BullMQOtel;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [testBed.spans] }));
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  telemetry = new BullMQOtel({ tracerName: 'bullmq-otel' });
  const warn = (...parts: unknown[]): void => void warnings.push(parts.join(' '));
  diag.setLogger({ warn, error: warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
});
afterAll(async () => {
  diag.disable();
  trace.disable();
  propagation.disable();
  await testBed.close();
});
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

describe('one trace and all baggage', () => {
  it('from a queue with BullMQ’s own telemetry to a processor of ours', async () => {
    const name = testBed.name();
    const queue = testBed.bareQueue(name, { telemetry });
    await asTenant('acme', () => queue.add('ship', 1));
    const tenants: unknown[] = [];
    await testBed.worker(name, async () => void tenants.push(activeBaggage()));
    const processed = await testBed.spans.waitFor(`process ${name}`);
    processed
      .toBeChildOf(testBed.spans.named(`add ${name}.ship`))
      .toHaveAttributes({ 'waybill.message.age.source': 'job.timestamp' });
    expect(tenants).toEqual([{ 'tenant.id': 'acme' }]);
  });

  it('from a queue of ours to a worker with BullMQ’s own telemetry', async () => {
    const name = testBed.name();
    await asTenant('acme', () => testBed.queue(name).add('ship', 1));
    const tenants: unknown[] = [];
    await testBed.bareWorker(name, async () => void tenants.push(activeBaggage()), { telemetry });
    const processed = await testBed.spans.waitFor(`process ${name}`);
    processed.toBeChildOf(testBed.spans.named(`add ${name}`));
    expect([processed.only.scope, tenants]).toEqual(['bullmq-otel', [{ 'tenant.id': 'acme' }]]);
  });
});

describe('with both at once no span is doubled', () => {
  it('where jobs are added: BullMQ’s own makes none', async () => {
    const name = testBed.name();
    const queue = testBed.queue(name, testBed.waybill(), { telemetry });
    await queue.add('one', 1);
    await queue.addBulk([{ name: 'two', data: 1 }]);
    await queue.upsertJobScheduler('nightly', { every: 3_600_000 });
    await queue.removeJobScheduler('nightly');
    const flows = traceFlowProducer(
      new FlowProducer({ connection: testBed.connection, telemetry }),
      testBed.waybill(),
    );
    await flows.add({ name: 'three', queueName: name });
    await flows.close();
    expect(
      testBed.spans.each.all.filter(({ kind }) => kind === 'PRODUCER').map(({ scope }) => scope),
    ).toEqual(Array(4).fill('@waybill/bullmq'));
  });

  it('where they are processed: BullMQ’s own is kept', async () => {
    const name = testBed.name();
    await testBed.queue(name).add('ship', 1);
    const active: unknown[] = [];
    const processor = traceProcessor(
      async () => void active.push(trace.getActiveSpan()?.spanContext().spanId),
      testBed.waybill({ diagnose: false }),
    );
    const worker = new Worker(name, processor, { connection: testBed.connection, telemetry });
    const processed = await testBed.spans.waitFor(`process ${name}`);
    await worker.close();
    expect([processed.only.scope, active]).toEqual(['bullmq-otel', [processed.only.spanId]]);
  });

  it('and each is said once, with the fix', () => {
    expect(warnings).toEqual([
      expect.stringContaining(
        'is bypassed there. Leave the `telemetry` option of queues, flow producers and workers out',
      ),
      expect.stringContaining('bullmq-otel traces the same client as @waybill/bullmq; its spans are kept'),
    ]);
  });
});
