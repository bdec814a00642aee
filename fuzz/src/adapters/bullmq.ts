import { processJob, traceFlowProducer, traceProcessor, traceQueue } from '@waybill/bullmq';
import type { FuzzedAdapter, Path } from '../adapter.ts';
import type { Trial } from '../trial.ts';
import { Wire } from '../wire.ts';

interface JobOptions {
  readonly telemetry?: { readonly metadata?: unknown };
}

interface FakeFlow {
  readonly opts?: JobOptions;
  readonly children?: readonly FakeFlow[];
}

/** BullMQ: queues, schedules, flows, and processors. The carrier is a JSON text among the options of a job. */
export const bullmq: FuzzedAdapter = {
  name: 'bullmq',
  open(waybill) {
    const wire = new Wire();
    const queue = traceQueue(fakeQueue(wire), waybill);
    const flows = traceFlowProducer(fakeFlowProducer(wire), waybill);
    const forward =
      (trial: Trial, { opts }: FakeJob) =>
      () =>
        wire.during(trial, [() => headersIn(opts)], () => queue.add('again', {}, opts as never));
    const processing =
      (process: (job: FakeJob, handle: (given: unknown) => unknown) => unknown): Path =>
      async (trial) => {
        for (const job of jobs(trial)) {
          trial.consumed += 1;
          await trial.deliver(job, (handle) => process(job, handle), forward(trial, job));
        }
      };
    const adding =
      (add: (opts: readonly JobOptions[], trial: Trial) => unknown): Path =>
      (trial) => {
        const opts = trial.carriers.map((_, index) => optionsOf(trial, index));
        return wire.during(
          trial,
          opts.map((each) => () => headersIn(each)),
          () => trial.send(opts.length, opts, () => add(opts, trial)),
        );
      };
    return {
      traceProcessor: processing((job, handle) => traceProcessor(handle, waybill)(job as never)),
      processJob: processing((job, handle) => processJob(job as never, handle, waybill)),
      add: async (trial) => {
        for (let index = 0; index < trial.carriers.length; index++) {
          const opts = optionsOf(trial, index);
          await wire.during(trial, [() => headersIn(opts)], () =>
            trial.send(1, [opts], () => queue.add('ship', {}, opts as never)),
          );
        }
      },
      addBulk: adding((opts) => queue.addBulk(opts.map((each) => ({ name: 'ship', opts: each })))),
      upsertJobScheduler: async (trial) => {
        const opts = optionsOf(trial, 0);
        await wire.during(trial, [() => headersIn(opts)], () =>
          trial.send(1, [opts], () => queue.upsertJobScheduler('nightly', {}, { opts })),
        );
      },
      'add of a flow': adding((opts) => flows.add(flowOf(opts) as never)),
      'addBulk of flows': adding((opts) => flows.addBulk(opts.map((each) => flowOf([each]) as never))),
    };
  },
};

let jobId = 0;

type FakeJob = ReturnType<typeof jobs>[number];

/** Jobs as a worker has them. A sender can fill the options and the name. */
function jobs(trial: Trial) {
  return trial.carriers.map((_, index) => ({
    id: String(++jobId),
    name: trial.field(1),
    queueName: 'orders',
    queueQualifiedName: 'bull:orders',
    timestamp: trial.input.choice % 3 === 0 ? trial.field(0) : Date.now() - trial.input.choice,
    attemptsMade: trial.input.choice % 4,
    attemptsStarted: 1 + (trial.input.choice % 4),
    stalledCounter: 0,
    repeatJobKey: trial.input.choice % 5 === 0 ? 'nightly' : undefined,
    parentKey: trial.input.choice % 7 === 0 ? 'bull:parcels:1' : undefined,
    opts: { ...optionsOf(trial, index), attempts: 3, delay: trial.field(2) },
  }));
}

/** The options of a job: a carrier of JSON, or any value in its place. */
function optionsOf(trial: Trial, index: number): JobOptions {
  const { shape } = trial.input.carriers[index] ?? {};
  if (shape === 'missing') return {};
  const odd: unknown = trial.field(index);
  if (shape === 'null') return ArrayBuffer.isView(odd) ? {} : { telemetry: odd as never };
  return { telemetry: { metadata: shape === 'text' ? odd : jsonOf(trial.carriers[index]) } };
}

function jsonOf(carrier: unknown): string {
  try {
    return JSON.stringify(carrier, textInPlaceOfBytes);
  } catch {
    return '{"traceparent":[{}],"baggage":{"a":1}}';
  }
}

/** Bytes turn themselves into lists before a replacer is called. */
function textInPlaceOfBytes(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const given = this[name];
  return Buffer.isBuffer(given) ? given.toString('latin1') : value;
}

/** The headers in the options of a job, as any reader of JSON has them. */
function headersIn(opts: JobOptions | undefined): unknown {
  try {
    return JSON.parse(String(opts?.telemetry?.metadata));
  } catch {
    return undefined;
  }
}

/** A flow in which every job waits for the next one. */
function flowOf([first, ...others]: readonly JobOptions[]): object {
  return {
    name: 'ship',
    queueName: 'orders',
    opts: first,
    ...(others.length > 0 && { children: [flowOf(others)] }),
  };
}

function fakeQueue(wire: Wire) {
  return {
    name: 'orders',
    opts: {},
    add: async (_name: unknown, _data: unknown, opts?: JobOptions): Promise<never> => {
      wire.sent(() => headersIn(opts));
      return (await wire.answer()) as never;
    },
    addBulk: async (added: readonly { readonly name: string; readonly opts?: unknown }[]): Promise<never> => {
      for (const [index, { opts }] of added.entries()) wire.sent(() => headersIn(opts as JobOptions), index);
      return (await wire.answer()) as never;
    },
    upsertJobScheduler: async (
      _id: unknown,
      _repeat: unknown,
      template?: { readonly opts?: unknown },
    ): Promise<never> => {
      wire.sent(() => headersIn(template?.opts as JobOptions));
      return (await wire.answer()) as never;
    },
  };
}

function fakeFlowProducer(wire: Wire) {
  const tell = (flow: FakeFlow, index: number): number => {
    wire.sent(() => headersIn(flow.opts), index);
    return (flow.children ?? []).reduce((next, child) => tell(child, next), index + 1);
  };
  return {
    add: async (flow: object): Promise<never> => {
      tell(flow, 0);
      return (await wire.answer()) as never;
    },
    addBulk: async (added: readonly object[]): Promise<never> => {
      added.reduce((next: number, flow) => tell(flow, next), 0);
      return (await wire.answer()) as never;
    },
  };
}
