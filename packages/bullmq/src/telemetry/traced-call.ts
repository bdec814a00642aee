import type { Attributes } from '@opentelemetry/api';

/** A call of BullMQ that has a span of Waybill. As the context that BullMQ passes on, it is what the call runs in. */
export abstract class TracedCall {
  /** The metadata for the jobs that the call adds; empty if it adds none. */
  readonly metadata: string = '';

  /** Runs the call in its context. */
  abstract run<R>(call: () => R): R;

  /** Receives the attributes that BullMQ tells during the call. */
  told(_attributes: Attributes): void {}

  /** Receives an event of the call. */
  happened(_event: string, _attributes: Attributes): void {}

  /** Receives the error of the call, or the text of the error. */
  failed(_error: unknown): void {}

  /** Ends the call. */
  end(): void {}
}
