import type { Fault, FaultKind } from './fault.ts';

/** What fuzzing an adapter is to do. */
export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;

  /** The place of one case, as fast-check names it, to run nothing else. */
  readonly replay?: string | undefined;
}

/** A case that showed something wrong, as small as it could be made. */
export interface Failure extends Fault {
  readonly adapter: string;
  readonly path: string;
  readonly seed: number;
  readonly cases: number;
  readonly replay: string | undefined;
  readonly input: string;
}

/** What came of it. */
export interface FuzzResult {
  readonly adapter: string;
  readonly cases: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly failures: readonly Failure[];
  readonly slowest: { readonly ms: number; readonly bytes: number; readonly path: string };
}
