import type { Captured } from './captured.ts';

/** A payload, and the context that it was put in an envelope in. It can be cloned, stored and sent wherever its payload can. */
export interface Envelope<T> {
  readonly payload: T;

  /** A carrier with W3C's headers: the other side may be any OpenTelemetry SDK. */
  readonly carrier: Captured;
}

/** What somebody sent without an envelope is a payload that crossed alone. */
export function asEnvelope<T>(received: Envelope<T>): Envelope<T> {
  const { carrier } = Object(received) as { carrier?: unknown };
  return typeof carrier === 'object' && carrier !== null
    ? received
    : { payload: received as unknown as T, carrier: {} };
}
