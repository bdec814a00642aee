import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { FlowJob } from 'bullmq';
import { activeBaggage, asTenant, BullmqTestBed } from './bullmq-test-bed.ts';

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

/** Three levels; nodes with options and without. */
function threeLevels(queueName: string): FlowJob {
  return {
    name: 'ship',
    queueName,
    children: [
      { name: 'pack', queueName, opts: { attempts: 2 }, children: [{ name: 'pick', queueName }] },
      { name: 'bill', queueName, data: { card: 1 } },
    ],
  };
}

it('every job of a flow has its own context, and links to what waits for it and to what it waited for', async () => {
  const name = testBed.name();
  const flow = Object.freeze(threeLevels(name));
  const before = structuredClone(flow);
  const node = await asTenant('acme', () => testBed.flowProducer().add(flow));
  expect(flow).toEqual(before);
  const order: string[] = [];
  const tenants: unknown[] = [];
  await testBed.worker(name, async (job) => {
    order.push(job.name);
    tenants.push(activeBaggage());
  });
  const processed = await testBed.spans.waitFor(`process ${name}`, { count: 4 });

  const call = testBed.spans.named(`add ${name}`).toHaveKind('CLIENT');
  const created = testBed.spans.named(`create ${name}`).toHaveCount(4);
  created.each.toBeChildOf(call).toHaveKind('PRODUCER');
  const [creation, handling] = [created, processed].map(
    (spans) => (job: string) => spans.where({ 'bullmq.job.name': job }),
  ) as [(job: string) => typeof created, (job: string) => typeof created];
  creation('ship').toHaveLinks(0).toHaveAttributes({ 'messaging.message.id': node.job.id });
  creation('pack').toLinkTo(creation('ship'), { 'waybill.link.to': 'dependent' });
  creation('bill').toLinkTo(creation('ship'), { 'waybill.link.to': 'dependent' });
  creation('pick').toLinkTo(creation('pack'), { 'waybill.link.to': 'dependent' });
  creation('bill').toHaveAttributes({ 'messaging.message.id': node.children?.[1]?.job.id });
  for (const job of ['ship', 'pack', 'bill', 'pick']) handling(job).toBeChildOf(creation(job));
  handling('pick').toHaveLinks(0);
  handling('pack').toHaveLinks(1).toLinkTo(handling('pick'), { 'waybill.link.to': 'dependency' });
  handling('ship')
    .toHaveLinks(2)
    .toLinkTo(handling('pack'), { 'waybill.link.to': 'dependency' })
    .toLinkTo(handling('bill'), { 'waybill.link.to': 'dependency' });
  expect(order.at(-1)).toBe('ship');
  expect(tenants).toEqual(Array(4).fill({ 'tenant.id': 'acme' }));
});

it('flows in bulk go to their queues, in one trace', async () => {
  const [orders, parcels] = [testBed.name(), testBed.name()];
  const nodes = await testBed
    .flowProducer()
    .addBulk([threeLevels(orders), { name: 'solo', queueName: parcels, opts: { jobId: 'solo' } }]);
  expect(nodes.map(({ job }) => job.name)).toEqual(['ship', 'solo']);
  testBed.spans.named('add').toHaveKind('CLIENT').toHaveAttributes({ 'messaging.batch.message_count': 5 });
  testBed.spans.named(`create ${parcels}`).toHaveAttributes({ 'messaging.message.id': 'solo' });
  const handled: string[] = [];
  await testBed.worker(orders, async (job) => void handled.push(job.name));
  await testBed.worker(parcels, async (job) => void handled.push(job.name));
  await until(() => handled.length === 5);
  (await testBed.spans.waitFor(`process ${parcels}`)).toBeChildOf(testBed.spans.named(`create ${parcels}`));
});

it('a flow of one job is one span', async () => {
  const name = testBed.name();
  const { job } = await testBed.flowProducer().add({ name: 'solo', queueName: name });
  testBed.spans
    .named(`add ${name}`)
    .toHaveKind('PRODUCER')
    .toHaveAttributes({ 'messaging.message.id': job.id });
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['a child that is nothing', { name: 'a', queueName: 'q', children: [null] }],
])('leaves %s for BullMQ to refuse', async (_, flow) => {
  const refusal = (add: () => Promise<unknown>): Promise<unknown> => add().catch((error) => String(error));
  const bare = await refusal(() => testBed.bareFlowProducer().add(flow as FlowJob));
  expect(await refusal(() => testBed.flowProducer().add(flow as FlowJob))).toEqual(bare);
});
