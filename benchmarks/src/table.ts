import type { Row, VariantLine } from './group.ts';
import { widestSpread } from './measure/row-of.ts';

/** Rows for who uses Waybill: what one costs beside the other, without goals. */
export function ratioTable(rows: readonly Row[]): string {
  return table(
    ['row', 'ratio', 'spread', 'ours', 'theirs', ''],
    rows.map(({ name, ratio, spread, ours, theirs, unit }) => [
      name,
      ratio.toFixed(2),
      spreadText(spread),
      short(ours),
      short(theirs),
      unit,
    ]),
  );
}

/** Rows as a table in Markdown, which people read in a terminal, too. */
export function rowTable(rows: readonly Row[]): string {
  return table(
    ['row', 'ratio', 'spread', 'goal', '', 'ours', 'theirs', ''],
    rows.map(({ name, ratio, spread, goal, reached, ours, theirs, unit }) => [
      name,
      ratio.toFixed(2),
      spreadText(spread),
      goal === undefined ? '' : `≤ ${goal}`,
      verdict(goal, reached),
      short(ours),
      short(theirs),
      unit,
    ]),
  );
}

/** What every variant costs, a table for each set of figures. */
export function variantTables(lines: readonly VariantLine[]): string {
  const bySet = Map.groupBy(lines, ({ figures }) => Object.keys(figures).join());
  return [...bySet.values()]
    .map((same) =>
      table(
        ['group', 'variant', ...Object.keys(same[0]?.figures ?? {})],
        same.map(({ group, variant, figures }) => [group, variant, ...Object.values(figures).map(short)]),
      ),
    )
    .join('\n\n');
}

function spreadText(spread: Row['spread']): string {
  return spread.map((value) => value.toFixed(2)).join(' – ');
}

function verdict(goal: number | undefined, reached: boolean | undefined): string {
  if (goal === undefined) return '';
  if (reached === undefined) return `spread over ${widestSpread * 100} %, not judged`;
  return reached ? 'reached' : 'missed';
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((line) => line[column]?.length ?? 0)),
  );
  const lines = [head, widths.map((width) => '-'.repeat(width)), ...body];
  return lines
    .map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}

function short(value: number): string {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
}
