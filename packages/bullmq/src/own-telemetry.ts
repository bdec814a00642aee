import { overrideMethod, reportBypassed } from '@waybill/core/adapter';
import { profile } from './profile.ts';

/** What every class of BullMQ has that its own telemetry traces: `callback` runs in a span of it. */
interface SelfTracing {
  readonly opts?: { readonly telemetry?: unknown };
  trace(kind: unknown, operation: string, ...rest: unknown[]): Promise<unknown>;
}

/**
 * Keeps the telemetry that a queue was given (bullmq-otel) from making a second span of what adds jobs, and from writing over
 * what we write. What else it traces goes on.
 */
export function bypassOwnTelemetry(queue: object): void {
  const client = queue as SelfTracing;
  if (client.opts?.telemetry === undefined || typeof client.trace !== 'function') return;
  reportBypassed(profile);
  overrideMethod(client, 'trace', (original) => (kind, operation, ...rest) => {
    const [, callback] = rest as [string, () => Promise<unknown>];
    if (operation === 'add' || operation === 'addBulk') return callback();
    return original.call(client, kind, operation, ...rest);
  });
}

const bypassed = new WeakSet<object>();

/** The same for the scheduler of a queue, which BullMQ makes when it is first needed. */
export async function bypassSchedulerTelemetry(queue: {
  readonly opts?: { readonly telemetry?: unknown };
  readonly jobScheduler?: Promise<object>;
}): Promise<void> {
  if (queue.opts?.telemetry === undefined) return;
  const scheduler = await queue.jobScheduler;
  if (scheduler === undefined || bypassed.has(scheduler)) return;
  bypassed.add(scheduler);
  bypassOwnTelemetry(scheduler);
}

/** The same for a flow producer, which uses its telemetry for nothing else. */
export function bypassFlowTelemetry(flow: { telemetry?: unknown }): void {
  if (flow.telemetry === undefined) return;
  reportBypassed(profile);
  flow.telemetry = undefined;
}
