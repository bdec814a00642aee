import type { Row } from './group.ts';

/** Rows as a table in Markdown, which people read in a terminal, too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['row', 'ratio', 'spread', 'goal', '', 'ours', 'theirs', ''],
    ...rows.map((row) => [
      row.name,
      row.ratio.toFixed(2),
      row.spread.map((value) => value.toFixed(2)).join(' – '),
      row.goal === undefined ? '' : `${row.atLeast ? '≥' : '≤'} ${row.goal}`,
      row.reached === undefined ? '' : row.reached ? 'reached' : 'not reached',
      short(row.ours),
      short(row.theirs),
      row.unit,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const lines = cells.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
