import { afterAll, beforeAll, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expectWritten, RecordedMeter, recordedTables } from '@waybill/reference';
import { DelayedError } from 'bullmq';
import { BullmqTestBed } from './bullmq-test-bed.ts';

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());

it('docs/brokers/bullmq.md says what is recorded', async () => {
  const meter = new RecordedMeter();
  const application = new TracerProvider({ spanProcessors: [testBed.spans] }).getTracer('application');
  const waybill = testBed.waybill({ meterProvider: meter.provider });
  const [name, nightly] = [testBed.name(), testBed.name()];
  const queue = testBed.queue(name, waybill);
  await application.startActiveSpan('POST /orders', async (span) => {
    await queue.add('ship', {}, { delay: 1 });
    await queue.addBulk([
      { name: 'fail', data: {}, opts: { attempts: 2 } },
      { name: 'wait', data: {} },
    ]);
    await testBed
      .flowProducer(waybill)
      .add({ name: 'pack', queueName: name, children: [{ name: 'pick', queueName: name }] });
    span.end();
  });
  await testBed.bareQueue(name).add('foreign', {}, { telemetry: { metadata: '{"traceparent":"none"}' } });
  await testBed
    .queue(nightly, waybill)
    .upsertJobScheduler('report', { every: 20, limit: 2 }, { name: 'report' });

  let hasWaited = false;
  const processor: Parameters<typeof testBed.worker>[1] = async (job, token) => {
    if (job.name === 'fail') throw new RangeError('no stock');
    if (job.name !== 'wait' || hasWaited) return;
    hasWaited = true;
    await job.moveToDelayed(Date.now(), token);
    throw new DelayedError();
  };
  await testBed.worker(name, processor, {}, waybill);
  await testBed.worker(nightly, processor, {}, waybill);
  await testBed.spans.waitFor(`process ${name}`, { count: 8, timeout: 50_000 });
  await testBed.spans.waitFor(`process ${nightly}`, { count: 2, timeout: 50_000 });
  await testBed.disconnect();

  const late = testBed.waybill({ meterProvider: meter.provider, policy: { linkAfter: 0 } });
  const again = testBed.name();
  await testBed.queue(again, late).add('ship', {});
  await testBed.worker(again, processor, {}, late);
  await testBed.spans.waitFor(`process ${again}`);
  await testBed.disconnect();

  const spans = testBed.spans.each.all;
  const text = recordedTables({ spans, metrics: await meter.collect(), scope: '@waybill/bullmq' });
  await meter.shutdown();
  expectWritten({ page: 'docs/brokers/bullmq.md', part: 'recorded', command: 'bullmq', text });
});
