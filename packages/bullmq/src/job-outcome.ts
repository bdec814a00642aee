import type { HandlingOutcome } from '@waybill/core/adapter';
import type { ProcessedJob } from './incoming-message.ts';

/** By these errors, of its own, a processor says that the job goes back to where it told BullMQ to put it. */
const deferrals: ReadonlySet<unknown> = new Set(['DelayedError', 'WaitingError', 'WaitingChildrenError']);

/** The message of the error by which a processor says that it is rate limited. It goes by the message in BullMQ, too. */
const rateLimited = 'bullmq:rateLimitExceeded';

/**
 * What a worker does about a job whose processor failed. Errors are told by name, as BullMQ tells them: one that comes from a
 * sandbox has no class any more.
 *
 * A backoff strategy of the application's own that gives up is not foreseen: it is asked only once, by the worker.
 */
export function jobOutcome(job: ProcessedJob, error: unknown): HandlingOutcome {
  const { name, message } = Object(error) as { name?: unknown; message?: unknown };
  if (message === rateLimited || deferrals.has(name)) return 'deferred';
  const triesLeft = job.attemptsMade + 1 < (job.opts.attempts ?? 0) && !job.discarded;
  return triesLeft && name !== 'UnrecoverableError' && !isStartedOftenEnough(job) ? 'retry' : 'failed';
}

/** A worker may limit how often a job is started. A job in a sandbox does not know its worker. */
function isStartedOftenEnough(job: ProcessedJob): boolean {
  const { queue } = job as { queue?: { opts?: { maxStartedAttempts?: number } } };
  const most = queue?.opts?.maxStartedAttempts;
  return !!most && (job.attemptsStarted ?? 0) >= most;
}
