import type { Band, FoldedJourney, Row } from '../fold/band.ts';
import { type FoldOptions, foldJourney } from '../fold/fold-journey.ts';
import type { Journey } from '../model/journey.ts';
import { Canvas } from './canvas.ts';
import { drawConnectors } from './draw-connectors.ts';
import { type Columns, drawRow } from './draw-row.ts';
import { durationText } from './duration-text.ts';
import { legendOf } from './legend.ts';
import { cellsOf, fitted } from './terminal-text.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';

/** How a journey is drawn. */
export interface DrawOptions extends FoldOptions {
  /** In columns, from 60 to 2,000; what is beyond becomes the nearest. Default 100. */
  readonly width?: number | undefined;

  /** With the colours of terminals. Default `false`. */
  readonly colour?: boolean | undefined;

  /** Long waits are as long as they are. Default `false`: they become breaks. */
  readonly trueScale?: boolean | undefined;

  /** The most rows. Default 200. */
  readonly rows?: number | undefined;
}

/**
 * Draws a journey for a terminal: a band for each trace, in it a lane for each service, waits hatched, work solid, all on one axis of time.
 *
 * @example
 * console.log(drawJourney(journey, { width: process.stdout.columns, colour: process.stdout.isTTY }));
 */
export function drawJourney(journey: Journey, options: DrawOptions = {}): string {
  const { colour = false, trueScale = false, rows: mostRows = 200 } = options;
  const width = Math.min(Math.max(60, Math.floor(options.width || 100)), mostWidth);
  const folded = foldJourney(journey, options);
  const columns = columnsFor(folded, width);
  const work = journey.traces.flatMap(({ spans }) => spans);
  const axis = timeAxis(work, wholeOf(journey), width - columns.chart, trueScale);
  const canvas = new Canvas();
  canvas.write(canvas.addLine(), 0, fitted(titleOf(journey), width), 'strong');
  canvas.write(canvas.addLine(), 0, fitted(sizeOf(journey), width), 'faint');
  canvas.addLine();
  drawAxis(canvas, journey, columns, axis);
  const lines = new Map<Row, number>();
  for (const band of folded.bands) drawBand(canvas, band, columns, axis, { lines, mostRows });
  drawConnectors(canvas, lines, columns, axis);
  writeFootnotes(canvas, folded, lines, width);
  return canvas.render(colour);
}

/** More characters than a line of anything that shows text has. */
const mostWidth = 2_000;

function columnsFor({ bands }: FoldedJourney, width: number): Columns {
  const services = bands.flatMap(({ lanes }) => lanes.map(({ service }) => cellsOf(service).length));
  const serviceWidth = Math.min(
    16,
    services.reduce((most, each) => Math.max(most, each), 4),
  );
  const name = 1 + serviceWidth + 1;
  return { service: 1, name, chart: name + Math.min(34, Math.max(16, Math.floor(width * 0.26))), width };
}

/** A wait whose send is missing begins before all spans. */
function wholeOf({ start, end, hops }: Journey): { start: number; end: number } {
  return { start: hops.reduce((least, { wait }) => Math.min(least, wait?.start ?? least), start), end };
}

function titleOf({ ids, traces }: Journey): string {
  const [id, ...others] = ids;
  if (id === undefined) return `journey of trace ${traces[0]?.traceId ?? ''}`;
  return `journey ${id}${others.length > 0 ? `, and ${others.length} more that it is joined with` : ''}`;
}

function sizeOf({ traces, hops, start, end }: Journey): string {
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  return [
    isoTime(start),
    durationText(end - start),
    counted(traces.length, 'trace'),
    counted(spans, 'span'),
    counted(hops.length, 'hop'),
  ].join(' · ');
}

function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'at no time' : date.toISOString();
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function drawAxis(canvas: Canvas, journey: Journey, { chart, width }: Columns, axis: TimeAxis): void {
  const { start, end } = wholeOf(journey);
  const labels = canvas.addLine();
  const ruler = canvas.addLine();
  const total = durationText(end - start);
  canvas.write(labels, chart, '0', 'faint');
  canvas.write(ruler, chart, '─'.repeat(width - chart), 'faint');
  const longestFirst = [...axis.breaks].sort((a, b) => b.duration - a.duration);
  for (const { column, width: breakWidth, duration } of longestFirst) {
    const middle = chart + column + Math.floor(breakWidth / 2);
    canvas.write(ruler, middle - 1, '╱╱', 'wait');
    const text = durationText(duration);
    const at = Math.min(width - text.length, Math.max(chart + 2, middle - Math.floor(text.length / 2)));
    if (isFree(canvas, labels, at - 1, text.length + 2)) canvas.write(labels, at, text, 'wait');
  }
  if (isFree(canvas, labels, width - total.length - 1, total.length + 1)) {
    canvas.write(labels, width - total.length, total, 'faint');
  }
}

function isFree(canvas: Canvas, line: number, column: number, length: number): boolean {
  return Array.from({ length }, (_, index) => canvas.isEmpty(line, column + index)).every(
    (isEmpty) => isEmpty,
  );
}

interface DrawnRows {
  readonly lines: Map<Row, number>;
  readonly mostRows: number;
}

function drawBand(
  canvas: Canvas,
  band: Band,
  columns: Columns,
  axis: TimeAxis,
  { lines, mostRows }: DrawnRows,
): void {
  if (lines.size >= mostRows) return;
  const [first = ''] = band.traceIds;
  const title =
    band.traceIds.length > 1 ? `${band.traceIds.length} traces, such as ${first}` : `trace ${first}`;
  canvas.write(canvas.addLine(), 0, title, 'strong');
  for (const { service, rows } of band.lanes) {
    for (const [index, row] of rows.entries()) {
      if (lines.size >= mostRows) return;
      const line = canvas.addLine();
      lines.set(row, line);
      if (index === 0) canvas.write(line, columns.service, fitted(service, columns.name - 2), 'strong');
      drawRow(canvas, line, row, columns, axis);
    }
  }
}

function writeFootnotes(
  canvas: Canvas,
  folded: FoldedJourney,
  lines: ReadonlyMap<Row, number>,
  width: number,
): void {
  const rows = folded.bands.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.rows));
  canvas.addLine();
  if (rows.length > lines.size) {
    canvas.write(canvas.addLine(), 0, `${rows.length - lines.size} more rows are not drawn.`, 'warning');
  }
  for (const { ahead, behind, atLeast, count } of folded.journey.skews.slice(0, 5)) {
    const text = `The clock of ${ahead} is at least ${durationText(atLeast)} ahead of that of ${behind} (seen ${counted(count, 'time')}).`;
    canvas.write(canvas.addLine(), 0, fitted(text, width), 'warning');
  }
  for (const line of legendOf(rows, width)) canvas.write(canvas.addLine(), 0, line, 'faint');
}
