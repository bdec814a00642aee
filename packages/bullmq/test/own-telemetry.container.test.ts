import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { FlowProducer, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { traceFlowProducer, traceProcessor } from '../src/index.ts';
import { activeBaggage, asTenant, BullmqLab } from './bullmq-lab.ts';

const warnings: string[] = [];
const ignore = (): void => undefined;

let lab: BullmqLab;
let telemetry: BullMQOtel;
beforeAll(async () => {
  lab = await BullmqLab.open();
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [lab.spans] }));
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
  await lab.close();
});
beforeEach(() => lab.spans.clear());
afterEach(() => lab.disconnect());

describe('one trace and all baggage', () => {
  it('from a queue with BullMQ’s own telemetry to a processor of ours', async () => {
    const name = lab.name();
    const queue = lab.bareQueue(name, { telemetry });
    await asTenant('acme', () => queue.add('ship', 1));
    const tenants: unknown[] = [];
    await lab.worker(name, async () => void tenants.push(activeBaggage()));
    const processed = await lab.spans.waitFor(`process ${name}`);
    processed
      .toBeChildOf(lab.spans.named(`add ${name}.ship`))
      .toHaveAttributes({ 'waybill.message.age.source': 'job.timestamp' });
    expect(tenants).toEqual([{ 'tenant.id': 'acme' }]);
  });

  it('from a queue of ours to a worker with BullMQ’s own telemetry', async () => {
    const name = lab.name();
    await asTenant('acme', () => lab.queue(name).add('ship', 1));
    const tenants: unknown[] = [];
    await lab.bareWorker(name, async () => void tenants.push(activeBaggage()), { telemetry });
    const processed = await lab.spans.waitFor(`process ${name}`);
    processed.toBeChildOf(lab.spans.named(`add ${name}`));
    expect([processed.only.scope, tenants]).toEqual(['bullmq-otel', [{ 'tenant.id': 'acme' }]]);
  });
});

describe('with both at once no span is doubled', () => {
  it('where jobs are added: BullMQ’s own makes none', async () => {
    const name = lab.name();
    const queue = lab.queue(name, lab.waybill(), { telemetry });
    await queue.add('one', 1);
    await queue.addBulk([{ name: 'two', data: 1 }]);
    await queue.upsertJobScheduler('nightly', { every: 3_600_000 });
    await queue.removeJobScheduler('nightly');
    const flows = traceFlowProducer(
      new FlowProducer({ connection: lab.connection, telemetry }),
      lab.waybill(),
    );
    await flows.add({ name: 'three', queueName: name });
    await flows.close();
    expect(lab.spans.each.all.filter(({ kind }) => kind === 'PRODUCER').map(({ scope }) => scope)).toEqual(
      Array(4).fill('@waybill/bullmq'),
    );
  });

  it('where they are processed: BullMQ’s own is kept', async () => {
    const name = lab.name();
    await lab.queue(name).add('ship', 1);
    const active: unknown[] = [];
    const processor = traceProcessor(
      async () => void active.push(trace.getActiveSpan()?.spanContext().spanId),
      lab.waybill({ diagnose: false }),
    );
    const worker = new Worker(name, processor, { connection: lab.connection, telemetry });
    const processed = await lab.spans.waitFor(`process ${name}`);
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
