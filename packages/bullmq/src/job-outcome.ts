import type { HandlingOutcome } from '@waybill/core/adapter';
import * as bullmq from 'bullmq';
import type { ProcessedJob } from './incoming-message.ts';

type Signal = readonly [HandlingOutcome, type: (new () => Error) | undefined, name: string, message: string];

/**
 * The errors by which a processor tells BullMQ what to do about its job: its class, which older releases may lack, name and message. By all
 * but the last the job goes back to where the processor told BullMQ to put it.
 */
const signals: readonly Signal[] = [
  ['deferred', bullmq.DelayedError, 'DelayedError', 'bullmq:movedToDelayed'],
  ['deferred', bullmq.WaitingError, 'WaitingError', 'bullmq:movedToWait'],
  ['deferred', bullmq.WaitingChildrenError, 'WaitingChildrenError', 'bullmq:movedToWaitingChildren'],
  ['failed', bullmq.UnrecoverableError, 'UnrecoverableError', 'bullmq:unrecoverable'],
];

/** The message of the error by which a processor says that it is rate limited. It goes by the message in BullMQ, too. */
const rateLimited = 'bullmq:rateLimitExceeded';

/**
 * What a worker does about a job whose processor failed.
 *
 * Errors are told by class and by name, as BullMQ tells them. A bundler may rename classes and make copies of them; then the message is
 * left. A backoff strategy of the application's own that gives up is not foreseen: it is asked only once, by the worker.
 */
export function jobOutcome(job: ProcessedJob, error: unknown): HandlingOutcome {
  const given = Object(error);
  if (given.message === rateLimited) return 'deferred';
  for (const [outcome, type, name, message] of signals) {
    const isOfType = type !== undefined && error instanceof type;
    if (isOfType || given.name === name || given.message === message) return outcome;
  }
  const triesLeft = job.attemptsMade + 1 < (job.opts.attempts ?? 0) && !job.discarded;
  return triesLeft && !isStartedOftenEnough(job) ? 'retry' : 'failed';
}

/** A worker may limit how often a job is started. A job in a sandbox does not know its worker. */
function isStartedOftenEnough(job: ProcessedJob): boolean {
  const { queue } = job as { queue?: { opts?: { maxStartedAttempts?: number } } };
  const most = queue?.opts?.maxStartedAttempts;
  return !!most && (job.attemptsStarted ?? 0) >= most;
}
