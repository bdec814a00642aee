import { type AdapterInfo, reportBypassed } from '@waybill/core/adapter';
import { adapterInfo } from '../adapter-info.ts';

const mark = Symbol.for('waybill.bullmq.telemetry');

/** Marks an object as made by `waybillTelemetry`, for every copy of this package. */
export function markOurs<T extends object>(telemetry: T): T {
  return Object.defineProperty(telemetry, mark, { value: true });
}

/** Reports once through `diag` that the telemetry of a wrapped client is bypassed. */
export function reportTelemetryBypassed(telemetry: unknown): void {
  reportBypassed(mark in Object(telemetry) ? tracedTwice : adapterInfo);
}

/** Reports once through `diag` that a client is wrapped and has our telemetry. */
export function reportTracedTwice(): void {
  reportBypassed(tracedTwice);
}

const tracedTwice: AdapterInfo = {
  ...adapterInfo,
  otherInstrumentation:
    'Both are Waybill: either leave waybillTelemetry out of the options of a client, or traceQueue, traceFlowProducer and traceProcessor.',
};
