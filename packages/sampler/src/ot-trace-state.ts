import { createTraceState, type TraceState } from '@opentelemetry/api';

/** `rv` in the value of the trace state's member `ot`: 56 bits in hex. Trace state handling, W3C trace context level 2. */
const RV = /(?:^|;)rv:([\da-f]{14})(?:;|$)/;

/** The explicit randomness of a trace: 14 hex digits; `undefined` where there is none. */
export function explicitRandomness(traceState: TraceState | undefined): string | undefined {
  return RV.exec(traceState?.get('ot') ?? '')?.[1];
}

/** A trace state with explicit randomness. One that is there already is never changed. */
export function withRandomness(traceState: TraceState | undefined, randomness: string): TraceState {
  const state = traceState ?? createTraceState();
  if (explicitRandomness(state) !== undefined) return state;
  const member = state.get('ot');
  return state.set('ot', member ? `${member};rv:${randomness}` : `rv:${randomness}`);
}
