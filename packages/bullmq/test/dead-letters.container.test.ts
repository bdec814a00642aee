import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { activeBaggage, asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

let testBed: BullmqTestBed;

beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});

afterAll(() => testBed.close());

it('a dead letter with the telemetry of the failed job stays in its trace and on its journey', async () => {
  const waybill = testBed.waybill();
  const [orders, dead] = [testBed.queue(testBed.name(), waybill), testBed.queue(testBed.name(), waybill)];
  const tenants = Promise.withResolvers<Record<string, string>>();
  await testBed.worker(dead.name, async () => tenants.resolve(activeBaggage()), {}, waybill);
  const failing = () => Promise.reject(new Error('out of stock'));
  const worker = await testBed.worker(orders.name, failing, {}, waybill);
  worker.on('failed', (job) => {
    if (job === undefined) return;
    const { telemetry = {} } = job.opts;
    dead.add(job.name, job.data, { telemetry });
  });

  await asTenant('acme', () => orders.add('ship', {}));

  expect(await tenants.promise).toEqual({ 'tenant.id': 'acme' });
  const added = testBed.spans.named(`add ${orders.name}`);
  const buried = await testBed.spans.waitFor(`process ${dead.name}`);
  buried.toBeChildOf(added).toHaveAttributes({ 'waybill.journey.id': added.only.traceId });
  const send = await testBed.spans.waitFor(`add ${dead.name}`);
  send.toHaveKind('CLIENT').toLinkTo(added);
});
