/** The attributes by which BullMQ describes queues and jobs to its telemetry. Older releases tell fewer of them. */
export const told = {
  queueName: 'bullmq.queue.name',
  jobId: 'bullmq.job.id',
  jobName: 'bullmq.job.name',
  attemptsMade: 'bullmq.job.attempts.made',
  failedReason: 'bullmq.job.failed.reason',
  schedulerId: 'bullmq.job.scheduler.id',
  bulkCount: 'bullmq.job.bulk.count',
} as const;

/** The events by which BullMQ says how the handling of a job ended. */
export const toldEvent = { completed: 'job completed', failed: 'job failed' } as const;
