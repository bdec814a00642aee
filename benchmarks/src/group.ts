import type { Slices } from './measure/slices.ts';

/** What one process of a group measured: numbers by the name of who was measured. */
export type Measured = Readonly<Record<string, Slices>>;

/** Things that are measured side by side, in processes of their own. */
export interface Group {
  readonly name: string;

  /** How many processes there are, one after the other. */
  readonly processes: number;

  /** Runs in such a process. */
  measure(): Promise<Measured>;

  readonly rows: readonly RowPlan[];
}

/** A line of the table. */
export interface RowPlan {
  readonly name: string;

  /** What it should be at most; or at least, with {@link atLeast}. */
  readonly goal?: number;
  readonly atLeast?: boolean;

  /** What the ratio is made of, in the units that {@link unit} names. */
  compare(measured: Measured): Compared;
  readonly unit: string;
}

export interface Compared {
  readonly ours: number;
  readonly theirs: number;
}

/** A line of the table, measured. */
export interface Row {
  readonly name: string;
  readonly ratio: number;
  readonly spread: readonly [low: number, high: number];
  readonly goal?: number;
  readonly atLeast?: boolean;
  readonly reached?: boolean;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: string;
}
