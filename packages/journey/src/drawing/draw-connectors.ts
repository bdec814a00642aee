import type { FoldedJourney, Row } from '../fold/band.ts';
import type { Hop } from '../model/journey.ts';
import { keyOf } from '../spans/journey-span.ts';
import type { Canvas } from './canvas.ts';
import type { Columns } from './draw-row.ts';
import type { TimeAxis } from './time-axis.ts';

/** More lines than these tell nothing. */
const mostConnectors = 100;

/** Draws lines from where messages were sent, or handled before, to where they are handled: solid to children, dashed to what links. */
export function drawConnectors(
  canvas: Canvas,
  { bands }: FoldedJourney,
  lines: ReadonlyMap<Row, number>,
  { chart }: Columns,
  axis: TimeAxis,
): void {
  const lineOfSpan = new Map<string, number>();
  for (const [row, line] of lines) {
    for (const span of row.spans) lineOfSpan.set(keyOf(span), line);
  }
  const firsts = bands.flatMap(({ lanes }) =>
    lanes.flatMap(({ rows }) => rows.flatMap((row) => connected(row, lines))),
  );
  for (const { hop, line } of firsts.slice(0, mostConnectors)) {
    const from = lineOfSpan.get(keyOf(hop.previous ?? hop.sender));
    if (from === undefined || hop.wait === undefined) continue;
    const column = chart + Math.floor(axis.columnOf(hop.wait.start));
    const stroke = hop.relation === 'parent' ? '│' : '┊';
    for (let at = Math.min(from, line) + 1; at < Math.max(from, line); at += 1) {
      if (canvas.isEmpty(at, column)) canvas.write(at, column, stroke, 'faint');
    }
    if (canvas.isEmpty(line, column)) canvas.write(line, column, from < line ? '└' : '┌', 'faint');
  }
}

/** Of a row of many, one line stands for all; of a batch, one for each of its first messages. */
function connected(row: Row, lines: ReadonlyMap<Row, number>): { hop: Hop; line: number }[] {
  const line = lines.get(row);
  if (line === undefined) return [];
  return row.hops.slice(0, row.spans.length > 1 ? 1 : 8).map((hop) => ({ hop, line }));
}
