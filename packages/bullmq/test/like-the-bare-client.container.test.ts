import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  FlowProducer,
  type Job,
  type JobsOptions,
  type Processor,
  Queue,
  type SandboxedJob,
  Worker,
} from 'bullmq';
import { traceFlowProducer, traceProcessor, traceQueue, waybillTelemetry } from '../src/index.ts';
import type { Behaviour, Stage } from './behaviour.ts';
import { BullmqTestBed } from './bullmq-test-bed.ts';
import { flowBehaviours } from './flow-behaviours.ts';
import { queueBehaviours } from './queue-behaviours.ts';
import { workerBehaviours } from './worker-behaviours.ts';

type Tracing = 'bare' | 'wrapped' | 'telemetry';

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
afterEach(() => testBed.disconnect());

/** What BullMQ does differently itself as soon as a queue has any telemetry. */
const withAnyTelemetry = [
  // It copies a text that is given for options, and the copy has metadata.
  'add refuses what it refuses',
  // It reads the telemetry options of the job only.
  'the default options of a queue count, also those for telemetry',
  // It reads the names of the jobs first.
  'addBulk refuses what it refuses',
];

describe.each<[Tracing, string, readonly Behaviour[]]>([
  ['wrapped', 'queue', queueBehaviours],
  ['wrapped', 'flow producer', flowBehaviours],
  ['wrapped', 'processor', workerBehaviours],
  ['telemetry', 'queue', queueBehaviours.filter(({ name }) => !withAnyTelemetry.includes(name))],
  ['telemetry', 'flow producer', flowBehaviours],
  ['telemetry', 'processor', workerBehaviours],
])('traced (%s), a %s', (tracing, _, behaviours) => {
  it.each(behaviours)(
    '$name',
    async (behaviour) => {
      const [bare, traced] = [await watch(behaviour, 'bare'), await watch(behaviour, tracing)];
      expect(traced).toEqual(bare);
      expect(testBed.spans.each.count).toBeGreaterThan(0);
    },
    30_000,
  );
});

it('keeps the types and the private parts of a subclass', async () => {
  class OrderQueue extends Queue<{ order: number }, string, 'ship'> {
    readonly #team = 'billing';

    get team(): string {
      return this.#team;
    }

    override add(
      name: 'ship',
      data: { order: number },
      opts?: JobsOptions,
      team: string = this.team,
    ): Promise<Job<{ order: number }, string, 'ship'>> {
      return super.add(name, { ...data, team } as { order: number }, opts);
    }
  }
  const bare = new OrderQueue(testBed.name(), { connection: testBed.connection });
  const queue: OrderQueue = traceQueue(traceQueue(bare, testBed.waybill()), testBed.waybill());
  testBed.spans.clear();
  const job: Job<{ order: number }, string, 'ship'> = await queue.add('ship', { order: 1 }, {}, 'sales');
  expect([queue === bare, queue.team, job.data]).toEqual([true, 'billing', { order: 1, team: 'sales' }]);
  expect(testBed.spans.each.count).toBe(1);
  await queue.close();
  const flows = new FlowProducer({ connection: testBed.connection });
  expect(traceFlowProducer(flows, testBed.waybill())).toBe(flows);
  await flows.close();
  const processor = traceProcessor(
    async (given: Job<number, string>) => String(given.data),
    testBed.waybill(),
  );
  expect(traceProcessor(processor, testBed.waybill())).toBe(processor);
});

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

it('lets types be inferred as they are without it', async () => {
  const { connection } = testBed;
  const waybill = testBed.waybill();
  const name = testBed.name();
  const plain = traceQueue(new Queue(name, { connection }), waybill);
  await plain.add('any name', { any: 'data' });
  const typed = traceQueue(new Queue<{ order: number }, string, 'ship'>(name, { connection }), waybill);
  // @ts-expect-error: the name is one that the queue does not take
  await typed.add('bill', { order: 1 });
  const inferred = traceProcessor(async (job) => Number(job.data.order), waybill);
  const worker = new Worker<{ order: number }, string>(
    name,
    traceProcessor(async (job) => job.data.order.toFixed(), waybill),
    { connection, autorun: false },
  );
  const given: Promise<number> = inferred({ ...(await plain.add('a', { order: 7 })) } as Job);
  expect(await given).toBe(7);
  const named = traceProcessor(async (job: Job<number, string, 'ship' | 'bill'>) => job.name, waybill);
  const owned: Processor<number, string, 'ship'> = async (job) => job.name;
  expect([named.length, traceProcessor(owned, waybill).length]).toEqual([1, 1]);
  const sandboxed = traceProcessor(async (job: SandboxedJob<{ order: number }>) => job.data.order, waybill);
  expect(sandboxed.length).toBe(1);
  const flows = traceFlowProducer(new FlowProducer({ connection }), waybill);
  await Promise.all([plain, typed, worker, flows].map((client) => client.close()));
});

/** What a behaviour shows, in words that are the same for every queue. */
async function watch(behaviour: Behaviour, tracing: Tracing): Promise<unknown> {
  testBed.spans.clear();
  const name = testBed.name();
  const waybill = testBed.waybill();
  const wraps = tracing === 'wrapped';
  const option = tracing === 'telemetry' && { telemetry: waybillTelemetry(waybill) };
  const stage: Stage = {
    testBed,
    name,
    queue: (options) =>
      wraps ? testBed.queue(name, waybill, options) : testBed.bareQueue(name, { ...options, ...option }),
    flowProducer: () => (wraps ? testBed.flowProducer(waybill) : testBed.bareFlowProducer({ ...option })),
    processor: (processor) => (wraps ? traceProcessor(processor, waybill) : processor),
    worker: (processor, options) =>
      testBed.bareWorker(name, wraps ? traceProcessor(processor, waybill) : processor, {
        ...options,
        ...option,
      }),
  };
  const shown = JSON.stringify(await behaviour.watch(stage), (_, value) => value ?? `${value}`);
  await testBed.disconnect();
  const same = shown
    .replaceAll(name, 'queue')
    .replaceAll(uuid, 'id')
    .replaceAll(/\b1[0-9]{12}\b/g, '0');
  return JSON.parse(same);
}
