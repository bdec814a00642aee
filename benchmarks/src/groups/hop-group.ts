import type { Contenders } from '../adapters/contenders.ts';
import type { Group, Measured, RowPlan } from '../group.ts';
import type { Effort } from '../measure/slices.ts';
import { cost } from '../measure/statistics.ts';
import { type Mode, modeName } from '../mode.ts';
import { type Entrants, runHops } from './hops.ts';

/** How much work a run does. */
export interface Budget {
  readonly processes: number;
  readonly effort: Effort;
}

/** The contenders of a client in a mode, side by side. */
export function hopGroup(
  contenders: Contenders,
  mode: Mode,
  entrants: Entrants,
  { processes, effort }: Budget,
  rows: readonly RowPlan[],
): Group {
  return {
    name: `${contenders.name}/${modeName(mode)}/${Object.keys(entrants).join(',')}`,
    processes,
    measure: () => runHops(contenders, mode, entrants, effort),
    rows,
  };
}

/** What one costs over the bare client, by what another does. The floor has no client. */
export function ratio(
  { name }: Contenders,
  mode: Mode,
  ours: string,
  theirs: string,
  goal: number | undefined,
  title = `over-${theirs}`,
): RowPlan {
  return {
    name: `${name}/${modeName(mode)}/${title}`,
    ...(goal !== undefined && { goal }),
    unit: 'ns',
    compare: (measured) => ({
      ours: overBare(measured, ours),
      theirs: theirs === 'floor' ? costOf(measured, 'floor') : overBare(measured, theirs),
    }),
  };
}

function overBare(measured: Measured, name: string): number {
  return costOf(measured, name) - costOf(measured, 'bare');
}

/** What a step of one costs, with its client, in ns. */
export function costOf(measured: Measured, name: string): number {
  return cost(measured[name] ?? []);
}
