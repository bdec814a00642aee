import type { Measured, Row, RowPlan } from '../group.ts';
import { median } from './statistics.ts';

/** Into how many parts the turns of a process are cut, to see how far they agree. */
const parts = 3;

/** How far, each way, the same differs from one run to the next at the least: code is not compiled the same way twice. */
const leastSpread = 0.05;

/**
 * Makes a row of what the processes of a group measured. The ratio is the median of theirs; the spread goes from the lowest to
 * the highest ratio of all parts of their turns, and 5 % below and above the ratio at least.
 */
export function rowOf(plan: RowPlan, processes: readonly Measured[]): Row {
  const compared = processes.map((measured) => plan.compare(measured));
  const ratio = median(compared.map(({ ours, theirs }) => ours / theirs));
  const ratios = processes
    .flatMap((measured) => partsOf(measured))
    .map((part) => plan.compare(part))
    .map(({ ours, theirs }) => ours / theirs);
  const { name, goal, atLeast, unit } = plan;
  return {
    name,
    ratio: rounded(ratio),
    spread: [
      rounded(Math.min(ratio * (1 - leastSpread), ...ratios)),
      rounded(Math.max(ratio * (1 + leastSpread), ...ratios)),
    ],
    ...(goal !== undefined && { goal, reached: atLeast ? ratio >= goal : ratio <= goal }),
    ...(atLeast && { atLeast }),
    ours: rounded(median(compared.map(({ ours }) => ours))),
    theirs: rounded(median(compared.map(({ theirs }) => theirs))),
    unit,
  };
}

function partsOf(measured: Measured): Measured[] {
  const fewest = Math.min(...Object.values(measured).map(({ length }) => length));
  if (fewest < parts * 4) return [measured];
  return Array.from({ length: parts }, (_, part) =>
    Object.fromEntries(
      Object.entries(measured).map(([name, slices]) => {
        const size = slices.length / parts;
        return [name, slices.slice(Math.round(part * size), Math.round((part + 1) * size))];
      }),
    ),
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
