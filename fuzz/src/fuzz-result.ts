import type { Fault, FaultKind } from './fault.ts';

/** The task of fuzzing an adapter. */
export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;

  /** The path of one case, as fast-check names it, to run only that. */
  readonly replay?: string | undefined;
}

/** A case with a fault, shrunk. */
export interface Failure extends Fault {
  readonly adapter: string;
  readonly path: string;
  readonly seed: number;
  readonly cases: number;
  readonly replay: string | undefined;
  readonly input: string;
}

/** The result of the task. */
export interface FuzzResult {
  readonly adapter: string;
  readonly cases: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly failures: readonly Failure[];
  readonly slowest: { readonly ms: number; readonly bytes: number; readonly path: string };
}
