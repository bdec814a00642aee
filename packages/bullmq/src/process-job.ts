import {
  type AttemptLog,
  activeContext,
  checkFunction,
  type Instrumenter,
  instrumenterOf,
  LimitedMap,
  perObject,
  runHandler,
  type Waybill,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { BullmqIncomingMessage, type ProcessedJob, qualifiedName } from './incoming-message.ts';
import { jobOutcome } from './job-outcome.ts';
import { reportProcessorBypassed } from './telemetry/our-telemetry.ts';
import { processingOf } from './telemetry/process-call.ts';

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

/** Runs a processor for a job. Without a job, as in an application's own tests, there is nothing to trace. */
export function runProcessor<R>(instrumenter: Instrumenter, job: ProcessedJob | undefined, run: () => R): R {
  if (typeof job !== 'object' || job === null || instrumenter.isIdle) return run();
  const processing = processingOf(activeContext());
  if (processing?.handles(job)) {
    reportProcessorBypassed();
    return processing.runProcessor(run);
  }
  const incoming = incomingOf(instrumenter);
  return runHandler(instrumenter, job, incoming, run, (failure) => failure && jobOutcome(job, failure.error));
}

/** How many queues have their attempts remembered, at most. */
const mostQueues = 1_000;

/** Reads jobs, with what one Waybill remembers of those of their queue. */
const incomingOf = perObject((instrumenter: Instrumenter) => {
  const logs = new LimitedMap<string, AttemptLog>(mostQueues);
  const logOf = (job: ProcessedJob): AttemptLog => {
    const name = qualifiedName(job);
    let log = logs.get(name);
    if (log === undefined) {
      log = instrumenter.attemptLog();
      logs.set(name, log);
    }
    return log;
  };
  return (job: ProcessedJob) => new BullmqIncomingMessage(job, logOf);
});
