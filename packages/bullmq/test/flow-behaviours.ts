import { callOutcome, until } from '@waybill/brokers';
import type { FlowJob, JobNode } from 'bullmq';
import { type Behaviour, shown } from './behaviour.ts';

/** The telling behaviours of a flow producer. */
export const flowBehaviours: readonly Behaviour[] = [
  {
    name: 'a flow gives its tree of jobs, and is told again as it is',
    async watch({ flowProducer, name }) {
      const flows = flowProducer();
      const node = await flows.add(family(name));
      const told = await flows.getFlow({ queueName: name, id: node.job.id ?? '' });
      return [tree(node), tree(told)];
    },
  },
  {
    name: 'a parent is processed after its children, and gets their results',
    async watch({ flowProducer, worker, name }) {
      const order: string[] = [];
      const values: unknown[] = [];
      await worker(async (job) => {
        order.push(job.name);
        if (job.name === 'ship') values.push(...Object.values(await job.getChildrenValues()).sort());
        return `${job.name} done`;
      });
      await flowProducer().add(family(name));
      await until(() => order.length === 3 && values.length === 2);
      return [order.at(-1), [...order].sort(), values];
    },
  },
  {
    name: 'a child that fails for good fails its parent where that is asked for',
    async watch({ flowProducer, worker, queue, name }) {
      const orders = queue();
      await worker(async (job) => {
        if (job.name === 'pack') throw new Error('no box');
      });
      const node = await flowProducer().add({
        name: 'ship',
        queueName: name,
        children: [{ name: 'pack', queueName: name, opts: { failParentOnFailure: true } }],
      });
      await until(async () => (await orders.getFailedCount()) === 2);
      const parent = await orders.getJob(node.job.id ?? '');
      return parent?.failedReason;
    },
  },
  {
    name: 'flows in bulk give their trees, and options of their queues count',
    async watch({ flowProducer, name }) {
      const flows = flowProducer();
      const nodes = await flows.addBulk([
        family(name),
        { name: 'solo', queueName: name, opts: { jobId: 's' } },
      ]);
      const queuesOptions = { [name]: { defaultJobOptions: { attempts: 4 } } };
      return [nodes.map(tree), tree(await flows.add({ name: 'one', queueName: name }, { queuesOptions }))];
    },
  },
  {
    name: 'a flow producer refuses what it refuses, and adds nothing of it',
    async watch({ flowProducer, queue, name }) {
      const flows = flowProducer();
      const deduplication = { id: 'x' };
      const child = { name: 'a', queueName: name };
      const results = [
        await callOutcome(() =>
          flows.add({ name: 'p', queueName: name, opts: { deduplication }, children: [child] }),
        ),
        await callOutcome(() =>
          flows.add({ ...child, opts: { parent: { id: 'nobody', queue: 'bull:nowhere' } } }),
        ),
        await callOutcome(() => flows.addBulk(undefined as never)),
        await callOutcome(() => flows.add('flow' as never)),
        await callOutcome(() => flows.add({ ...child, opts: 'options' as never })),
        await callOutcome(() => flows.add({ ...child, children: ['child'] as never })),
      ];
      return [results, await queue().getJobCountByTypes('waiting', 'waiting-children')];
    },
  },
  {
    name: 'a flow producer closes, and adds nothing afterwards',
    async watch({ flowProducer, name }) {
      const flows = flowProducer();
      await flows.add({ name: 'one', queueName: name });
      await flows.close();
      return [
        await callOutcome(() => flows.add({ name: 'two', queueName: name })),
        [flows.add, flows.addBulk].map((method) => [method.name, method.length]),
      ];
    },
  },
];

function family(queueName: string): FlowJob {
  return {
    name: 'ship',
    queueName,
    children: [
      { name: 'pack', queueName, data: { size: 1 }, opts: { attempts: 2 } },
      { name: 'bill', queueName },
    ],
  };
}

function tree(node: JobNode): unknown {
  const { id: _, ...job } = shown(node.job) as { id: unknown };
  const children = (node.children ?? []).map(tree);
  return [job, children.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))];
}
