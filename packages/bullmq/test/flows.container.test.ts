import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { FlowJob } from 'bullmq';
import { activeBaggage, asTenant, BullmqLab } from './bullmq-lab.ts';

let lab: BullmqLab;
beforeAll(async () => {
  lab = await BullmqLab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.spans.clear());
afterEach(() => lab.disconnect());

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
  const name = lab.name();
  const flow = Object.freeze(threeLevels(name));
  const before = structuredClone(flow);
  const node = await asTenant('acme', () => lab.flowProducer().add(flow));
  expect(flow).toEqual(before);
  const order: string[] = [];
  const tenants: unknown[] = [];
  await lab.worker(name, async (job) => {
    order.push(job.name);
    tenants.push(activeBaggage());
  });
  const processed = await lab.spans.waitFor(`process ${name}`, { count: 4 });

  const call = lab.spans.named(`add ${name}`).toHaveKind('CLIENT');
  const created = lab.spans.named(`create ${name}`).toHaveCount(4);
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
  const [orders, parcels] = [lab.name(), lab.name()];
  const nodes = await lab
    .flowProducer()
    .addBulk([threeLevels(orders), { name: 'solo', queueName: parcels, opts: { jobId: 'solo' } }]);
  expect(nodes.map(({ job }) => job.name)).toEqual(['ship', 'solo']);
  lab.spans.named('add').toHaveKind('CLIENT').toHaveAttributes({ 'messaging.batch.message_count': 5 });
  lab.spans.named(`create ${parcels}`).toHaveAttributes({ 'messaging.message.id': 'solo' });
  const handled: string[] = [];
  await lab.worker(orders, async (job) => void handled.push(job.name));
  await lab.worker(parcels, async (job) => void handled.push(job.name));
  await until(() => handled.length === 5);
  (await lab.spans.waitFor(`process ${parcels}`)).toBeChildOf(lab.spans.named(`create ${parcels}`));
});

it('a flow of one job is one span', async () => {
  const name = lab.name();
  const { job } = await lab.flowProducer().add({ name: 'solo', queueName: name });
  lab.spans.named(`add ${name}`).toHaveKind('PRODUCER').toHaveAttributes({ 'messaging.message.id': job.id });
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['a child that is nothing', { name: 'a', queueName: 'q', children: [null] }],
])('leaves %s for BullMQ to refuse', async (_, flow) => {
  const refusal = (add: () => Promise<unknown>): Promise<unknown> => add().catch((error) => String(error));
  const bare = await refusal(() => lab.bareFlowProducer().add(flow as FlowJob));
  expect(await refusal(() => lab.flowProducer().add(flow as FlowJob))).toEqual(bare);
});
