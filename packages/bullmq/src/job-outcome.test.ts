import { describe, expect, it } from '@jest/globals';
import { DelayedError, RateLimitError, UnrecoverableError, WaitingChildrenError, WaitingError } from 'bullmq';
import type { ProcessedJob } from './incoming-message.ts';
import { jobOutcome } from './job-outcome.ts';

const signals = [
  ['deferred', DelayedError],
  ['deferred', WaitingError],
  ['deferred', WaitingChildrenError],
  ['deferred', RateLimitError],
  ['failed', UnrecoverableError],
] as const;

describe('the outcome of a job with tries left', () => {
  it.each(signals)('is %s by the class of %p', (outcome, Signal) => {
    expect(jobOutcome(job(), Object.assign(new Signal(), { name: 'e', message: 'of its own' }))).toBe(
      Signal === RateLimitError ? 'retry' : outcome,
    );
  });

  it.each(signals)('is %s by the name of %p, as it comes from a sandbox', (outcome, Signal) => {
    const { name, message } = new Signal();
    expect(jobOutcome(job(), { name, message })).toBe(outcome);
    // BullMQ does not know it by its name.
    const byName = Signal === RateLimitError ? 'retry' : outcome;
    expect(jobOutcome(job(), { name, message: 'of its own' })).toBe(byName);
  });

  it.each(signals)('is %s by the message of %p, whose name a bundler changed', (outcome, Signal) => {
    expect(jobOutcome(job(), Object.assign(new Error(new Signal().message), { name: 'r' }))).toBe(outcome);
  });

  it.each([new Error('broken'), 'broken', undefined, null, { message: 7 }])(
    'is another try for %p',
    (error) => {
      expect(jobOutcome(job(), error)).toBe('retry');
    },
  );
});

describe('the outcome of a job', () => {
  it.each<[string, Partial<ProcessedJob>]>([
    ['that was discarded', { discarded: true }],
    ['at its last try', { attemptsMade: 2 }],
    ['with one try', { opts: {} }],
  ])('%s is failed', (_which, differing) => {
    expect(jobOutcome(job(differing), new Error('broken'))).toBe('failed');
  });
});

function job(differing: Partial<ProcessedJob> = {}): ProcessedJob {
  return {
    id: '1',
    name: 'ship',
    queueName: 'orders',
    timestamp: 0,
    attemptsMade: 0,
    opts: { attempts: 3 },
    ...differing,
  };
}
