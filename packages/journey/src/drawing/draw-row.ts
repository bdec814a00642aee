import type { Row } from '../fold/band.ts';
import type { Hop, WaitPart } from '../model/journey.ts';
import type { Canvas, Style } from './canvas.ts';
import { notesOf } from './row-notes.ts';
import { cellsOf, fitted } from './terminal-text.ts';
import type { TimeAxis } from './time-axis.ts';

/** Where things are on the canvas, in columns. */
export interface Columns {
  readonly service: number;
  readonly name: number;
  readonly chart: number;
  readonly width: number;
}

/** What hatches the parts of a wait. */
export const hatchings: Readonly<Record<WaitPart['what'], string>> = {
  queue: '░',
  delay: '▒',
  backoff: '╳',
  dependencies: '∙',
};

/** What stands before the name of a row that messages come to. */
export const relationMarks: Readonly<Record<Hop['relation'], string>> = { parent: '━', link: '┄' };

/** Draws a row: its name, the waits and the work, and what there is to tell of it, where there is room. */
export function drawRow(canvas: Canvas, line: number, row: Row, columns: Columns, axis: TimeAxis): void {
  const [hop] = row.hops;
  const mark = hop === undefined ? '' : `${relationMarks[hop.relation]} `;
  const times = row.spans.length > 1 ? ` ×${row.spans.length}` : '';
  const indent = '  '.repeat(Math.min(row.depth, 8));
  const room = columns.chart - columns.name - 1 - indent.length - mark.length - times.length;
  canvas.write(line, columns.name, `${indent}${mark}`, 'faint');
  canvas.write(line, columns.name + indent.length + mark.length, [
    ...fitted(row.name, Math.max(4, room)),
    ...cellsOf(times),
  ]);
  const ink = drawBars(canvas, line, row, columns, axis);
  writeNotes(canvas, line, row, columns, ink);
}

/** The columns between which there are bars, the second one included. */
interface Ink {
  readonly from: number;
  readonly to: number;
}

function drawBars(
  canvas: Canvas,
  line: number,
  { spans, hops }: Row,
  { chart }: Columns,
  axis: TimeAxis,
): Ink {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  const fill = (start: number, end: number, text: string, style: Style): void => {
    for (let column = start; column <= end; column += 1) {
      canvas.write(line, chart + column, isCut(column, axis) ? '╱' : text, style);
    }
    from = Math.min(from, start);
    to = Math.max(to, end);
  };
  for (const { wait } of hops) {
    let at = wait?.start ?? 0;
    for (const { what, duration } of wait?.parts ?? []) {
      const start = Math.floor(axis.columnOf(at));
      at += duration;
      const end = Math.floor(axis.columnOf(at)) - 1;
      if (end >= start) fill(start, end, hatchings[what], 'wait');
    }
  }
  for (const span of spans) {
    const start = Math.floor(axis.columnOf(span.start));
    const end = Math.max(start, Math.ceil(axis.columnOf(span.end)) - 1);
    fill(start, end, '█', span.status === 'ERROR' ? 'failed' : 'work');
  }
  for (const { wait, missing } of hops) {
    if (missing === undefined) continue;
    const column = wait === undefined ? from - 1 : Math.floor(axis.columnOf(wait.start));
    if (column >= 0) canvas.write(line, chart + column, '◌', 'warning');
  }
  return { from, to };
}

/** The two columns in the middle of a break. */
function isCut(column: number, { breaks }: TimeAxis): boolean {
  return breaks.some((each) => {
    const middle = each.column + Math.floor(each.width / 2);
    return column === middle || column === middle - 1;
  });
}

/** Behind the bars, else before them, else on lines of their own. */
function writeNotes(canvas: Canvas, line: number, row: Row, { chart, name, width }: Columns, ink: Ink): void {
  const { told, warnings } = notesOf(row);
  const separator = told !== '' && warnings !== '' ? ' · ' : '';
  const length = cellsOf(told + separator + warnings).length;
  if (length === 0) return;
  const behind = chart + ink.to + 2;
  const before = chart + ink.from - 1 - length;
  if (behind + length <= width || before > chart) {
    const column = behind + length <= width ? behind : before;
    canvas.write(line, column, told, 'faint');
    canvas.write(line, column + cellsOf(told).length, separator + warnings, 'warning');
    return;
  }
  for (const [text, style] of [
    [told, 'faint'],
    [warnings, 'warning'],
  ] as const) {
    for (const part of wrapped(text, width - name - 2)) canvas.write(canvas.addLine(), name + 2, part, style);
  }
}

/** Text in lines, broken where it may be. */
function wrapped(text: string, width: number): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const cells = fitted(word, width);
    if (line.length > 0 && line.length + 1 + cells.length > width) {
      lines.push(line);
      line = [];
    }
    line.push(...(line.length > 0 ? [' '] : []), ...cells);
  }
  return line.length > 0 ? [...lines, line] : lines;
}
