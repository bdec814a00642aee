import type { Tracer } from '@opentelemetry/api';
import type { Handoff } from '@waybill/handoff';

/** What a snippet works with. */
export interface Tools {
  readonly tracer: Tracer;
  readonly handoff: Handoff;

  /** Handles a request of a tenant: in a span, with baggage. */
  request(tenant: string, handle: () => unknown): void;

  /** Runs tasks outside of all requests, one after the other, as a pool does that started long ago. */
  enqueue(task: () => unknown): void;

  /** Lets so much time go by, in ms, for the clock that decides. */
  goForward(ms: number): void;
}

/** A broken waterfall: how it comes about, and how it is mended. */
export interface Symptom {
  readonly name: string;
  broken(tools: Tools): Promise<void> | void;
  mended(tools: Tools): Promise<void> | void;
}
