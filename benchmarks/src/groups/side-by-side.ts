import type { StandInClient } from '../clients/client.ts';
import type { Variant } from '../clients/variant.ts';
import type { FigureOf, Group, RowPlan } from '../group.ts';
import { measureMessages } from '../measure/measure-messages.ts';
import type { Effort } from '../measure/run-by-turns.ts';
import type { Mode } from '../mode.ts';

/** How much work a run does. */
export interface Budget {
  readonly processes: number;
  readonly turns: number;
}

/** Those that are measured side by side, by their names. */
export type Variants = Readonly<Record<string, Variant>>;

/** An SDK that records everything. */
export const recorded: Mode = { tracing: 'recorded' };

/** A group that measures variants of a client side by side. */
export function group(
  name: string,
  client: StandInClient,
  mode: Mode,
  variants: Variants,
  { processes, ...effort }: Budget & Effort,
  rows: readonly RowPlan[],
): Group {
  return {
    name,
    processes,
    measure: () => measureMessages(client, mode, variants, effort),
    rows,
    shows: ['ns', 'bytes', 'spans', 'attributes'],
  };
}

/** What one costs over the bare client, by what another does. */
export function ratio(name: string, unit: string, ours: string, theirs: string): RowPlan {
  return {
    name,
    unit,
    compare: (figure) => ({ ours: overBare(figure, ours, unit), theirs: overBare(figure, theirs, unit) }),
  };
}

/** The baseline has no client to take off. */
export function overBare(figure: FigureOf, variant: string, unit: string): number {
  return figure(variant, unit) - (variant === 'baseline' ? 0 : figure('bare', unit));
}
