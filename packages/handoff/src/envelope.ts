import type { Captured } from './captured.ts';

/** A payload with the context in which it was put into the envelope. It can be cloned, stored and sent wherever its payload can. */
export interface Envelope<T> {
  readonly payload: T;

  /** A carrier with W3C's headers: the other side may be any OpenTelemetry SDK. */
  readonly carrier: Captured;
}

/** A value without an envelope counts as a payload without a context. */
export function asEnvelope<T>(received: Envelope<T>): Envelope<T> {
  const { carrier } = Object(received) as { carrier?: unknown };
  return typeof carrier === 'object' && carrier !== null
    ? received
    : { payload: received as unknown as T, carrier: {} };
}
