import { type Instrumenter, overrideMethod, reportBypassed } from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';

/** What every class of BullMQ has that its own telemetry traces: `callback` runs in a span of it. */
interface SelfTracing {
  readonly opts?: { readonly telemetry?: unknown };
  trace(kind: unknown, operation: string, ...rest: unknown[]): Promise<unknown>;
}

/**
 * Keeps the telemetry that a queue was given (bullmq-otel) from making a second span of what adds jobs, and from writing over
 * what we write. What else it traces goes on, and while there is nothing to do for us, all of it does.
 */
export function bypassOwnTelemetry(queue: object, instrumenter: Instrumenter): void {
  const client = queue as SelfTracing;
  if (client.opts?.telemetry === undefined || typeof client.trace !== 'function') return;
  overrideMethod(client, 'trace', (original) => (kind, operation, ...rest) => {
    if (instrumenter.isIdle || (operation !== 'add' && operation !== 'addBulk')) {
      return original.call(client, kind, operation, ...rest);
    }
    reportBypassed(adapterInfo);
    const [, callback] = rest as [string, () => Promise<unknown>];
    return callback();
  });
}

const bypassed = new WeakSet<object>();

/** The same for the scheduler of a queue, which BullMQ makes when it is first needed. */
export async function bypassSchedulerTelemetry(
  queue: { readonly opts?: { readonly telemetry?: unknown }; readonly jobScheduler?: Promise<object> },
  instrumenter: Instrumenter,
): Promise<void> {
  if (queue.opts?.telemetry === undefined) return;
  const scheduler = await queue.jobScheduler;
  if (scheduler === undefined || bypassed.has(scheduler)) return;
  bypassed.add(scheduler);
  bypassOwnTelemetry(scheduler, instrumenter);
}

/** The same for a flow producer, which uses its telemetry for nothing else. */
export function bypassFlowTelemetry(flow: { telemetry?: unknown }, instrumenter: Instrumenter): void {
  let own = flow.telemetry;
  if (own === undefined) return;
  Object.defineProperty(flow, 'telemetry', {
    configurable: true,
    enumerable: true,
    get() {
      if (instrumenter.isIdle || own === undefined) return own;
      reportBypassed(adapterInfo);
      return undefined;
    },
    set(telemetry: unknown) {
      own = telemetry;
    },
  });
}
