import type { Measured } from './measure/run-by-turns.ts';

/** Things that are measured side by side, in a process of their own. */
export interface Group {
  readonly name: string;

  /** How many processes measure it, one after the other. */
  readonly processes: number;

  /** Variants that need a process each, which run at the same time. Default: one process measures all variants. */
  readonly apart?: readonly string[];

  /** Runs in such a process, with the variant that is its own. */
  measure(variant?: string): Promise<Measured>;

  readonly rows: readonly RowPlan[];

  /** The figures of every variant that are shown beside the rows. Default: none. */
  readonly shows?: readonly string[];
}

/** A line of the table. Its goal, if it has one, is in `goals.ts`. */
export interface RowPlan {
  readonly name: string;

  /** The unit of what is compared. */
  readonly unit: string;

  /** Makes the two sides of the ratio of what was measured. */
  compare(figure: FigureOf): { readonly ours: number; readonly theirs: number };
}

/** What a variant costs: the median of its turns. */
export type FigureOf = (variant: string, figure: string) => number;

/** A line of the table, measured. */
export interface Row {
  readonly name: string;
  readonly ratio: number;
  readonly spread: readonly [low: number, high: number];

  /** What the ratio should be at most. */
  readonly goal?: number;

  /** Whether it is; `undefined` where there is no goal, or the spread is too wide to say. */
  readonly reached?: boolean;

  readonly ours: number;
  readonly theirs: number;
  readonly unit: string;
}

/** What a variant costs, for the table of variants. */
export interface VariantLine {
  readonly group: string;
  readonly variant: string;
  readonly figures: Readonly<Record<string, number>>;
}
