import {
  checkFunction,
  instrumenterOf,
  isTraced,
  markTraced,
  type Waybill,
  wrapFunction,
} from '@waybill/core/adapter';
import type { Processor } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { runProcessor } from './process-job.ts';

/** A processor of a worker, with any type of data. It need not be asynchronous. */
export type WorkerProcessor = (...parameters: Parameters<Processor>) => unknown;

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
export function traceProcessor<P extends (...parameters: never[]) => unknown>(
  processor: P,
  waybill: Waybill,
): P;

export function traceProcessor<P extends (...parameters: never[]) => unknown>(
  processor: P,
  waybill: Waybill,
): P {
  checkFunction(processor, by, 'Wrap the function that the processor file exports, in that file.');
  const instrumenter = instrumenterOf(waybill, adapterInfo, by);
  if (instrumenter.isDisabled || isTraced(processor, waybill, by)) return processor;
  const traced = wrapFunction(processor, (call, [job]) => runProcessor(instrumenter, job, call));
  markTraced(traced, waybill);
  return traced;
}

const by = 'traceProcessor';
