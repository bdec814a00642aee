// A thread of a pool, with an SDK of its own. It tells what came of each task, and at the end what was recorded.
import { parentPort } from 'node:worker_threads';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { createHandoff, type Envelope } from '@waybill/handoff';
import { startTestTelemetry } from '@waybill/testing';

export interface Task {
  readonly id: number;
  readonly fate: 'done' | 'throws' | 'cancelled';
}

export interface TaskReport {
  readonly id: number;
  readonly outcome: string;
  readonly tenants: readonly (string | undefined)[];
  readonly isClean: boolean;
}

export interface ThreadSpan {
  readonly id: unknown;
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly error: unknown;
}

const { spans } = await startTestTelemetry();
const handoff = createHandoff(createWaybill());
let running: AbortController | undefined;

parentPort?.on('message', async (message: Envelope<Task> | 'cancel' | 'report') => {
  if (message === 'cancel') return running?.abort(new Error('cancelled'));
  if (message === 'report') return parentPort?.postMessage(recorded());
  const controller = new AbortController();
  running = controller;
  const tenants: (string | undefined)[] = [];
  const outcome = await handoff
    .open('task', message, async (task) => {
      trace.getActiveSpan()?.setAttribute('task.id', task.id);
      tenants.push(tenant());
      if (task.fate === 'throws') throw new TypeError('broken');
      await (task.fate === 'cancelled' ? aborted(controller.signal) : new Promise(setImmediate));
      tenants.push(tenant());
      return 'done';
    })
    .catch((error: Error) => error.message);
  const report: TaskReport = {
    id: message.payload.id,
    outcome,
    tenants,
    isClean: context.active() === ROOT_CONTEXT,
  };
  parentPort?.postMessage(report);
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

function tenant(): string | undefined {
  return propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
}

function recorded(): readonly ThreadSpan[] {
  return spans.each.all.map(({ attributes, traceId, parentSpanId }) => ({
    id: attributes['task.id'],
    traceId,
    parentSpanId,
    error: attributes['error.type'],
  }));
}
