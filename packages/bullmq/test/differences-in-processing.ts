import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import type { FlowJob, Job, Processor } from 'bullmq';
import { type Difference, nothing } from './difference.ts';

/** The differences of jobs that are processed, and of middleware and policies, in the order of the table. */
export const differencesInProcessing: readonly Difference[] = [
  {
    what: 'the age of a job without our header, or of a schedule’s run',
    because: 'BullMQ does not tell its telemetry when a job was added',
    async look({ testBed, name, open }) {
      await testBed.bareQueue(name).add('ship', 1);
      await open().worker(name, nothing);
      const { attributes } = (await testBed.spans.waitFor(`process ${name}`)).only;
      return attributes['waybill.message.age'] === undefined
        ? 'is not known: it counts as fresh'
        : `by \`${attributes['waybill.message.age.source']}\``;
    },
  },
  {
    what: 'the number of an attempt, and how often the job failed before',
    because: 'BullMQ tells it when the attempt has ended; until then it is what this process counts',
    async look({ testBed, name, open }) {
      const door = open();
      await door.queue(name).add('ship', 1);
      let early: unknown;
      await door.worker(name, async () => {
        early = activeAttributes()['waybill.message.attempt'];
      });
      await testBed.spans.waitFor(`process ${name}`);
      return early === undefined ? 'on the span from its end' : 'on the span from its start';
    },
  },
  {
    what: 'how often a worker that had the job was lost (`bullmq.job.stalled.count`)',
    because: 'BullMQ does not tell its telemetry of it',
    async look({ testBed, name, open }) {
      const door = open();
      await door.queue(name).add('ship', 1);
      const doomed = fork(join(import.meta.dirname, 'doomed-worker.ts'), [
        JSON.stringify(testBed.connection),
        name,
      ]);
      await once(doomed, 'message');
      doomed.kill('SIGKILL');
      await door.worker(name, nothing, { stalledInterval: 100 });
      const { attributes } = (await testBed.spans.waitFor(`process ${name}`, { timeout: 50_000 })).only;
      return attributes['bullmq.job.stalled.count'] === undefined ? 'is not known' : 'is told';
    },
  },
  {
    what: 'an error of a processor',
    because: 'BullMQ tells its telemetry the message and nothing else',
    async look({ testBed, name, open }) {
      const door = open();
      await door.queue(name).add('ship', 1);
      await door.worker(name, async () => {
        throw new RangeError('no stock');
      });
      const { attributes, events } = (await testBed.spans.waitFor(`process ${name}`)).only;
      const stack = events[0]?.attributes['exception.stacktrace'] === undefined ? 'no stack' : 'its stack';
      return `\`error.type\` ${attributes['error.type']}, its message, ${stack}`;
    },
  },
  {
    what: 'a job that BullMQ fails without calling the processor',
    because: 'BullMQ tells of the handling before it looks whether there will be any',
    async look({ testBed, name, open }) {
      const door = open();
      const child: FlowJob = { name: 'pack', queueName: name, opts: { failParentOnFailure: true } };
      await door.flowProducer().add({ name: 'ship', queueName: name, opts: {}, children: [child] });
      const fails: Processor = async () => {
        throw new Error('no stock');
      };
      const worker = await door.worker(name, fails, { autorun: false });
      const failed = new Promise<void>((resolve) => {
        worker.on('failed', (job) => job?.name === 'ship' && resolve());
      });
      worker.run();
      await failed;
      await worker.close();
      const { count } = testBed.spans.named(`process ${name}`).where({ 'bullmq.job.name': 'ship' });
      return count === 0 ? 'has no span' : 'has a span that failed';
    },
  },
  {
    what: 'when the span of a handling ends',
    because: 'BullMQ tells no earlier',
    async look({ testBed, name, open }) {
      const door = open();
      await door.queue(name).add('ship', 1);
      let ended: boolean | undefined;
      const worker = await door.worker(name, nothing, { autorun: false });
      const completed = new Promise<void>((resolve) =>
        worker.once('completed', () => {
          ended = testBed.spans.named(`process ${name}`).count === 1;
          resolve();
        }),
      );
      worker.run();
      await completed;
      await testBed.spans.waitFor(`process ${name}`);
      return ended ? 'with the processor' : 'when BullMQ has noted the result';
    },
  },
  {
    what: 'consume middleware',
    because: 'BullMQ lets its telemetry run nothing around a processor; `diag` says so once',
    async look({ testBed, name, open }) {
      let ran = false;
      const door = open({}, (waybill) =>
        waybill.use({
          consume(_, next) {
            ran = true;
            return next();
          },
        }),
      );
      await door.queue(name).add('ship', 1);
      await door.worker(name, nothing);
      await testBed.spans.waitFor(`process ${name}`);
      return ran ? 'runs' : 'does not run';
    },
  },
  {
    what: 'asynchronous publish middleware',
    because: 'BullMQ asks what a job is to carry, and waits for no answer',
    async look({ name, open }) {
      const door = open({}, (waybill) => waybill.use({ publish: async (_, next) => void (await next()) }));
      const adding = door.queue(name).add('ship', 1);
      return adding.then(
        () => 'runs',
        (error: Error) => `is refused: \`${(error as { code?: string }).code}\``,
      );
    },
  },
  {
    what: 'the `native` message that functions of a policy get',
    because: 'BullMQ does not give its telemetry the job',
    async look({ testBed, name, open }) {
      let native: unknown;
      const relation = (message: { readonly native: unknown }): 'parent' => {
        native = message.native;
        return 'parent';
      };
      const door = open({ policy: { relation } });
      await door.queue(name).add('ship', 1);
      await door.worker(name, nothing);
      await testBed.spans.waitFor(`process ${name}`);
      const isJob = (native as Job).data !== undefined;
      return isJob
        ? 'the job'
        : Object.keys(native as object)
            .map((key) => `\`${key}\``)
            .join(', ');
    },
  },
];

function activeAttributes(): Readonly<Record<string, unknown>> {
  return (trace.getActiveSpan() as { attributes?: Record<string, unknown> } | undefined)?.attributes ?? {};
}
