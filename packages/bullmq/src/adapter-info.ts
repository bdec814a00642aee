import type { AdapterInfo } from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };

/** What this adapter tells core about itself. */
export const adapterInfo: AdapterInfo = {
  name: '@waybill/bullmq',
  version: manifest.version,
  system: 'bullmq',
  operations: { send: 'add', receive: 'getNextJob', process: 'process' },
  otherInstrumentation:
    'Leave the `telemetry` option of queues, flow producers and workers out, and set OTEL_NODE_DISABLED_INSTRUMENTATIONS=bullmq where an automatic instrumentation is used.',
};

/** The attributes of this broker. The names that BullMQ's own telemetry has for them. */
export const bullmqAttribute = {
  jobName: 'bullmq.job.name',
  jobAttemptsMade: 'bullmq.job.attempts.made',
  jobSchedulerId: 'bullmq.job.scheduler.id',
  /** How often a worker that had the job was lost. */
  jobStalledCount: 'bullmq.job.stalled.count',
} as const;
