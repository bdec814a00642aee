/** The attributes by which BullMQ describes queues and jobs to its telemetry, besides those that are recorded. Older releases tell fewer. */
export const told = {
  queueName: 'bullmq.queue.name',
  jobId: 'bullmq.job.id',
  failedReason: 'bullmq.job.failed.reason',
  bulkCount: 'bullmq.job.bulk.count',
} as const;

/** The events by which BullMQ says how the handling of a job ended. */
export const toldEvent = { completed: 'job completed', failed: 'job failed' } as const;
