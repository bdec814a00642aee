import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import { reportTelemetryBypassed } from './telemetry/our-telemetry.ts';

/** What every class of BullMQ has that its own telemetry traces: the last of these parameters runs in a span of it. */
interface SelfTracing {
  readonly opts?: { readonly telemetry?: unknown };
  trace(kind: unknown, operation: string, destination: string, run: () => Promise<unknown>): Promise<unknown>;
}

/**
 * Keeps the telemetry that a queue, or its scheduler, was given (bullmq-otel) from making a second span of what adds jobs, and from
 * writing over what we write. What else it traces goes on, and while there is nothing to do for us, all of it does.
 */
export function bypassOwnTelemetry(queue: SelfTracing, instrumenter: Instrumenter): void {
  if (queue.opts?.telemetry === undefined || typeof queue.trace !== 'function') return;
  overrideMethod(queue, 'trace', (original) => (...call) => {
    const [, operation, , run] = call;
    const adds = operation === 'add' || operation === 'addBulk';
    if (instrumenter.isIdle || !adds) return original.apply(queue, call);
    reportTelemetryBypassed(queue.opts?.telemetry);
    return run();
  });
}

/** The same for a flow producer, which uses its telemetry for nothing else. */
export function bypassFlowTelemetry(client: object, instrumenter: Instrumenter): void {
  const flows = client as { telemetry?: unknown };
  let own = flows.telemetry;
  if (own === undefined) return;
  Object.defineProperty(flows, 'telemetry', {
    configurable: true,
    enumerable: true,
    get() {
      if (instrumenter.isIdle || own === undefined) return own;
      reportTelemetryBypassed(own);
      return undefined;
    },
    set(telemetry: unknown) {
      own = telemetry;
    },
  });
}
