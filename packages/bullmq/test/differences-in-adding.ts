import type { RecordedSpan } from '@waybill/testing';
import type { FlowJob, JobsOptions } from 'bullmq';
import { waybillTelemetry } from '../src/index.ts';
import { type Difference, nothing } from './difference.ts';

const foreign = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The differences of jobs, flows and schedules that are added, in the order of the table. */
export const differencesInAdding: readonly Difference[] = [
  {
    what: 'a context in the metadata of a job that is given to `add`',
    because: 'BullMQ puts what it gets from its telemetry in that place',
    async look({ name, open }) {
      const opts: JobsOptions = { telemetry: { metadata: JSON.stringify({ traceparent: foreign }) } };
      const job = await open().queue(name).add('ship', 1, opts);
      return job.opts.telemetry?.metadata?.includes(foreign) ? 'is kept, and linked to' : 'is replaced';
    },
  },
  {
    what: 'other metadata of such a job',
    because: 'BullMQ puts what it gets from its telemetry in that place',
    async look({ name, open }) {
      const opts: JobsOptions = { telemetry: { metadata: '{"x-request-id":"r-1"}' } };
      const job = await open().queue(name).add('ship', 1, opts);
      return job.opts.telemetry?.metadata?.includes('r-1') ? 'is kept beside ours' : 'is replaced';
    },
  },
  {
    what: 'a job with metadata in `addBulk` or in a flow',
    because: 'BullMQ asks for nothing where there is something',
    async look({ name, open }) {
      const opts: JobsOptions = { telemetry: { metadata: '{"x-request-id":"r-1"}' } };
      const [job] = await open()
        .queue(name)
        .addBulk([{ name: 'ship', data: 1, opts }]);
      return job?.opts.telemetry?.metadata?.includes('traceparent')
        ? 'carries our context, too'
        : 'carries none of ours';
    },
  },
  {
    what: '`omitContext` among the `defaultJobOptions` of a queue',
    because: 'BullMQ looks for it among the options of the job only',
    async look({ name, open }) {
      const defaultJobOptions: JobsOptions = { telemetry: { omitContext: true } };
      const job = await open().queue(name, { defaultJobOptions }).add('ship', 1);
      return job.opts.telemetry?.metadata === undefined ? 'counts' : 'does not count';
    },
  },
  {
    what: "the delay of a job (`waybill.message.delay`, `ageFrom: 'due'`)",
    because: 'BullMQ does not tell its telemetry the options of a job',
    async look({ testBed, name, open }) {
      const door = open({ policy: { ageFrom: 'due' } });
      await door.queue(name).add('ship', 1, { delay: 20 });
      await door.worker(name, nothing);
      const { attributes } = (await testBed.spans.waitFor(`process ${name}`)).only;
      return attributes['waybill.message.delay'] === undefined
        ? 'is not known'
        : 'is told, and left out of the age';
    },
  },
  {
    what: '`addBulk` of three jobs',
    because: 'BullMQ asks once what all of them are to carry',
    async look({ testBed, name, open }) {
      await open()
        .queue(name)
        .addBulk(['a', 'b', 'c'].map((job) => ({ name: job, data: 1 })));
      return drawn(testBed.spans.each.all, name);
    },
  },
  {
    what: 'a flow of three jobs, one below the other',
    because: 'BullMQ tells of each when it comes to it',
    async look({ testBed, name, open }) {
      await open()
        .flowProducer()
        .add(chain(name, 'ship', 'pack', 'pick'));
      return drawn(testBed.spans.each.all, name);
    },
  },
  {
    what: 'a job of a flow without `opts`',
    because: 'BullMQ writes no metadata where there are no options',
    async look({ name, open }) {
      const { job } = await open().flowProducer().add({ name: 'ship', queueName: name });
      return job.opts.telemetry?.metadata === undefined ? 'carries nothing' : 'carries its context';
    },
  },
  {
    what: 'the handling of a job that waited for another',
    because: 'BullMQ does not tell its telemetry which jobs wait for each other',
    async look({ testBed, name, open }) {
      const door = open();
      await door.flowProducer().add(chain(name, 'ship', 'pack'));
      await door.worker(name, nothing);
      const processed = await testBed.spans.waitFor(`process ${name}`, { count: 2 });
      const links = processed.where({ 'bullmq.job.name': 'ship' }).only.links;
      return links.some(({ attributes }) => attributes['waybill.link.to'] === 'dependency')
        ? 'links to that of the other'
        : 'has no such link';
    },
  },
  {
    what: 'a schedule’s next run, where queues and workers have one telemetry object',
    because:
      'BullMQ tells of it as of a job that the application adds; with `{ worker: true }` there is no span',
    async look({ testBed, name, open }) {
      const door = open();
      const shared = door.name === 'telemetry' ? waybillTelemetry(testBed.waybill()) : undefined;
      await door.queue(name).upsertJobScheduler('nightly', { every: 20, limit: 3 });
      await (shared === undefined
        ? door.worker(name, nothing)
        : testBed.bareWorker(name, nothing, { telemetry: shared }));
      await testBed.spans.waitFor(`process ${name}`, { count: 2 });
      return testBed.spans.named(`add ${name}`).count > 1
        ? 'has an `add` of its own, which is a root'
        : 'has no span until it is handled';
    },
  },
  {
    what: 'what `getJobScheduler` answers',
    because: 'it is no call that BullMQ tells its telemetry of',
    async look({ name, open }) {
      const queue = open().queue(name);
      const opts: JobsOptions = { telemetry: { metadata: '' } };
      await queue.upsertJobScheduler('nightly', { every: 3_600_000 }, { opts });
      return JSON.stringify((await queue.getJobScheduler('nightly')) ?? {}).includes('telemetry')
        ? 'as it is'
        : 'without our metadata';
    },
  },
];

/** A flow in which each job waits for the next. */
function chain(queueName: string, name: string, ...rest: string[]): FlowJob {
  const [next, ...others] = rest;
  const job: FlowJob = { name, queueName, opts: { attempts: 1 } };
  return next === undefined ? job : { ...job, children: [chain(queueName, next, ...others)] };
}

/** Spans as a tree: `CLIENT add (PRODUCER create, PRODUCER create)`. */
function drawn(spans: readonly RecordedSpan[], queue: string): string {
  const below = (parent: string | undefined): string => {
    const children = spans.filter(({ parentSpanId }) => parentSpanId === parent);
    return children
      .map(({ kind, name, spanId, links }) => {
        const inner = below(spanId);
        const linked = links.length > 0 ? ' with a link' : '';
        return `${kind} \`${name.replace(` ${queue}`, '')}\`${linked}${inner && ` (${inner})`}`;
      })
      .join(', ');
  };
  return below(undefined);
}
