import type { FigureOf, Row, RowPlan } from '../group.ts';
import type { Measured } from './run-by-turns.ts';
import { median, quantile } from './statistics.ts';

/** Into how many parts the turns of a process are cut, to see how far they agree. */
const parts = 3;

/** How wide a spread may be, of the ratio, for the row to say whether its goal is reached. */
export const widestSpread = 0.15;

/**
 * Makes a row of what the processes of a group measured. The ratio is the median of theirs. The spread is where the middle eight
 * tenths of the ratios of all thirds of processes lie.
 */
export function rowOf({ name, unit, compare }: RowPlan, processes: readonly Measured[], goal?: number): Row {
  const compared = processes.map((measured) => compare(figuresOf(measured)));
  const ratio = median(compared.map(({ ours, theirs }) => ours / theirs));
  const ratios = processes
    .flatMap(partsOf)
    .map((part) => compare(figuresOf(part)))
    .map(({ ours, theirs }) => ours / theirs);
  const spread = [Math.min(ratio, quantile(ratios, 0.1)), Math.max(ratio, quantile(ratios, 0.9))] as const;
  const isNarrow = spread[1] - spread[0] <= widestSpread * ratio;
  return {
    name,
    ratio: rounded(ratio),
    spread: [rounded(spread[0]), rounded(spread[1])],
    ...(goal !== undefined && { goal, ...(isNarrow && { reached: ratio <= goal }) }),
    ours: rounded(median(compared.map(({ ours }) => ours))),
    theirs: rounded(median(compared.map(({ theirs }) => theirs))),
    unit,
  };
}

/** What every variant of a process costs. */
export function figuresOf(measured: Measured): FigureOf {
  return (variant, figure) => median(measured[variant]?.[figure] ?? []);
}

/** The first, the second and the last third of all turns. What was measured only a few times is in each. */
function partsOf(measured: Measured): Measured[] {
  return Array.from({ length: parts }, (_, part) =>
    mapValues(measured, (figures) =>
      mapValues(figures, (values) => {
        if (values.length < parts * 4) return values;
        const size = values.length / parts;
        return values.slice(Math.round(part * size), Math.round((part + 1) * size));
      }),
    ),
  );
}

function mapValues<From, To>(
  object: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
