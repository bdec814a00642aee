import { setTimeout } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { createHandoff } from '@waybill/handoff';
import { expectNoLeaks, type RecordedSpans, startTestTelemetry } from '@waybill/testing';
import type { Symptom, Tools } from './symptom.ts';

/** What a snippet came to: the spans, and what the ledger says. */
export interface Played {
  readonly spans: RecordedSpans;
  readonly findings: string;
}

/** Plays one half of a symptom. */
export async function play(symptom: Symptom, half: 'broken' | 'mended'): Promise<Played> {
  await using telemetry = await startTestTelemetry();
  const { spans, tracerProvider } = telemetry;
  let gone = 0;
  const waybill = createWaybill({ diagnose: true, clock: () => Date.now() + gone });
  const tasks: (() => unknown)[] = [];
  const tracer = tracerProvider.getTracer('application');
  const tools: Tools = {
    tracer,
    handoff: createHandoff(waybill),
    request(tenant, handle) {
      const baggage = propagation.createBaggage({ 'tenant.id': { value: tenant } });
      const span = tracer.startSpan(`request of ${tenant}`);
      context.with(propagation.setBaggage(trace.setSpan(context.active(), span), baggage), handle);
      span.end();
    },
    enqueue: (task) => void tasks.push(task),
    goForward(ms) {
      gone += ms;
    },
  };
  await symptom[half](tools);
  // The times of spans are in ms: what comes later is to be seen as later.
  await setTimeout(2);
  for (const task of tasks) await task();
  try {
    expectNoLeaks(waybill);
    return { spans, findings: '' };
  } catch (error) {
    return { spans, findings: (error as Error).message };
  }
}
