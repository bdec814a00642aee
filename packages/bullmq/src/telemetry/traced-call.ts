import type { Attributes } from '@opentelemetry/api';

/** A call of BullMQ that has a span of Waybill. */
export interface TracedCall {
  /** The metadata for the jobs that the call adds; empty if it adds none. */
  readonly metadata: string;

  /** Runs the call in its context. */
  run<R>(call: () => R): R;

  /** Receives the attributes that BullMQ tells during the call. */
  told(attributes: Attributes): void;

  /** Receives an event of the call. */
  happened(event: string, attributes: Attributes): void;

  /** Receives the error of the call, or the text of the error. */
  failed(error: unknown): void;

  /** Ends the call. */
  end(): void;
}
