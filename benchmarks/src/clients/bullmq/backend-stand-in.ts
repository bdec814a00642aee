import type { BackendFactory, JobJson, RedisQueueBackend } from 'bullmq';

/**
 * A backend of BullMQ without a database: it keeps the job that was added last, through JSON as a database would, until it is
 * taken. The queue, the worker and the job around it are BullMQ's own.
 */
export class BackendStandIn {
  #last: JobJson | undefined;
  #added = 0;

  /** What `Queue` and `Worker` are given. */
  readonly factory: BackendFactory<RedisQueueBackend> = ((name: string) => ({
    qualifiedName: `bull:${name}`,
    keys: {},
    closing: undefined,
    capabilities: {},
    toKey: (type: string) => `bull:${name}:${type}`,
    clientName: () => name,
    on: () => undefined,
    waitUntilReady: async () => undefined,
    setQueueMeta: async () => undefined,
    addJob: async (job: JobJson, id?: string) => this.#add(job, id),
    moveToCompleted: async () => ({ result: undefined, finishedOn: Date.now() }),
    close: async () => undefined,
  })) as unknown as BackendFactory<RedisQueueBackend>;

  /** The job that was added last, as a worker gets it. */
  take(): JobJson | undefined {
    return this.#last;
  }

  #add(job: JobJson, id: string = String(++this.#added)): string {
    const opts = JSON.parse(JSON.stringify(job.opts));
    this.#last = { ...job, id, opts, attemptsStarted: 1, attemptsMade: 0, stalledCounter: 0 };
    return id;
  }
}
