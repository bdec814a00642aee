import {
  activeContext,
  checkFunction,
  type Instrumenter,
  instrumenterOf,
  isTraced,
  markTraced,
  perObject,
  runHandler,
  type Waybill,
  wrapFunction,
} from '@waybill/core/adapter';
import type { Processor } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { BullmqIncomingMessage, type ProcessedJob } from './incoming-message.ts';
import { jobOutcome } from './job-outcome.ts';
import { processingOf } from './telemetry/process-call.ts';

/** A processor of a worker, with any type of data. It need not be asynchronous. */
export type WorkerProcessor = (...parameters: Parameters<Processor>) => unknown;

/** A processor whose parameters have types of their own. */
type TypedProcessor = (...parameters: never[]) => unknown;

/**
 * Traces the processor of a worker: every job is handled in a consumer span that is a child of the job's trace or links to it,
 * as the policy says, with the job's baggage. A sandboxed processor is traced in its own file, where the SDK has to run, too.
 *
 * @returns a processor with the same number of parameters: BullMQ makes an `AbortSignal` only for one that declares it.
 * @throws WaybillError `WAYBILL_NOT_A_FUNCTION` if it is not a function.
 *
 * @example
 * const worker = new Worker('orders', traceProcessor(async (job) => ship(job.data), waybill), { connection });
 *
 * @example
 * // sandboxed-processor.ts, for new Worker('orders', 'sandboxed-processor.js', { connection })
 * export default traceProcessor(async (job: SandboxedJob) => ship(job.data), waybill);
 */
export function traceProcessor<P extends WorkerProcessor>(processor: P, waybill: Waybill): P;

/**
 * Traces a processor whose parameters have types of their own: of jobs with certain names, of a sandbox.
 *
 * @returns a processor with the same number of parameters.
 * @throws WaybillError `WAYBILL_NOT_A_FUNCTION` if it is not a function.
 *
 * @example
 * export default traceProcessor(async (job: SandboxedJob<Order>) => ship(job.data), waybill);
 */
export function traceProcessor<P extends TypedProcessor>(processor: P, waybill: Waybill): P;

export function traceProcessor<P extends TypedProcessor>(processor: P, waybill: Waybill): P {
  checkFunction(processor, by, 'Wrap the function that the processor file exports, in that file.');
  const instrumenter = instrumenterOf(waybill, adapterInfo, by);
  if (instrumenter.isDisabled || isTraced(processor, waybill, by)) return processor;
  const traced = wrapFunction(processor, (call, [job]) => runProcessor(instrumenter, job, call));
  markTraced(traced, waybill);
  return traced;
}

/**
 * Handles a job that was fetched by hand: in a consumer span of its own that is a child of the job's trace or links to it, as
 * the policy says, with the job's baggage. Jobs of a worker get that from {@link traceProcessor}.
 *
 * @returns what the handler returns. What it throws is recorded on the span and thrown on.
 * @throws WaybillError `WAYBILL_NOT_A_FUNCTION` if the handler is not a function, `WAYBILL_NOT_A_WAYBILL` if there is no Waybill.
 *
 * @example
 * const job = await worker.getNextJob(token);
 * if (job) await processJob(job, async ({ data }) => ship(data), waybill);
 */
export function processJob<J extends ProcessedJob, R>(job: J, handler: (job: J) => R, waybill: Waybill): R {
  checkFunction(handler, 'processJob', 'Pass the job first, then the handler, then the Waybill.');
  const instrumenter = instrumenterOf(waybill, adapterInfo, 'processJob');
  return runProcessor(instrumenter, job, () => handler(job));
}

const by = 'traceProcessor';

/** Runs a processor for a job. Without a job, as in an application's own tests, there is nothing to trace. */
function runProcessor<R>(instrumenter: Instrumenter, job: ProcessedJob | undefined, run: () => R): R {
  if (typeof job !== 'object' || job === null || instrumenter.isIdle) return run();
  const processing = processingOf(activeContext());
  if (processing?.handles(job)) return processing.runProcessor(run);
  const incoming = incomingOf(instrumenter);
  return runHandler(instrumenter, job, incoming, run, (failure) => failure && jobOutcome(job, failure.error));
}

const incomingOf = perObject(
  (instrumenter: Instrumenter) => (job: ProcessedJob) => new BullmqIncomingMessage(instrumenter, job),
);
