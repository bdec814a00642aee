import type { Row } from '../fold/band.ts';
import { waysBetween } from '../fold/ways.ts';
import type { Canvas } from './canvas.ts';
import type { Columns } from './draw-row.ts';
import type { TimeAxis } from './time-axis.ts';

/** Draws lines from where messages were sent, or handled before, to where they are handled: solid to children, dashed to what links. */
export function drawConnectors(
  canvas: Canvas,
  lines: ReadonlyMap<Row, number>,
  { chart }: Columns,
  axis: TimeAxis,
): void {
  for (const { hop, ...rows } of waysBetween(lines.keys())) {
    const from = lines.get(rows.from) ?? 0;
    const line = lines.get(rows.to) ?? 0;
    const column = chart + Math.floor(axis.columnOf(hop.wait?.start ?? 0));
    const stroke = hop.relation === 'parent' ? '│' : '┊';
    for (let at = Math.min(from, line) + 1; at < Math.max(from, line); at += 1) {
      if (canvas.isEmpty(at, column)) canvas.write(at, column, stroke, 'faint');
    }
    if (canvas.isEmpty(line, column)) canvas.write(line, column, from < line ? '└' : '┌', 'faint');
  }
}
