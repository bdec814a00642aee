import { durationText } from '../drawing/duration-text.ts';
import { rangeText } from '../drawing/row-notes.ts';
import type { TimeAxis } from '../drawing/time-axis.ts';
import type { Row } from '../fold/band.ts';
import type { Hop, WaitPart } from '../model/journey.ts';
import { type Html, html } from './html.ts';
import type { PassingWay } from './page-lines.ts';

/** What a part of a wait was for. */
export const waitedFor: Readonly<Record<WaitPart['what'], string>> = {
  queue: 'in the queue',
  delay: 'wanted delay',
  backoff: 'between attempts',
  dependencies: 'for its dependencies',
};

/** Where the bars of a row have their middle, from its top, in px: beside its name. */
const middle = 16;

/** A place on the axis, of which the width is 100. */
export function percent(column: number): string {
  return `${Number(column.toFixed(3))}%`;
}

/** Waits and work of a row, as shapes. For eyes only: all that they tell is in text, too. */
export function drawBars(row: Row, id: string, service: number, axis: TimeAxis): Html {
  const { spans, hops } = row;
  const waits = hops.flatMap((hop) => waitShapes(hop, axis));
  const work = spans.map(({ start, end, status }) => ({
    kind: status === 'ERROR' ? 'work failed' : `work s${service}`,
    from: axis.columnOf(start),
    to: axis.columnOf(end),
  }));
  // Of many, some wait while others are at work: both are seen, one above the other.
  const [above, below] =
    spans.length > 1 && waits.length > 0 ? [upperHalf, lowerHalf] : [wholeHeight, wholeHeight];
  return html`
    <svg class="bars" aria-hidden="true">
      ${merged(waits).map((shape) => bar(shape, `${id}w`, above))}
      ${merged(work).map((shape) => bar(shape, id, below))}
      ${hops.filter(isWithoutSender).map((hop) => ghost(hop, row, axis))}
      ${spans.length === 1 && label(hops, axis)}
    </svg>`;
}

interface Shape {
  readonly kind: string;

  /** In columns. */
  readonly from: number;
  readonly to: number;
}

function waitShapes({ wait }: Hop, axis: TimeAxis): Shape[] {
  let at = wait?.start ?? 0;
  return (wait?.parts ?? []).map(({ what, duration }) => {
    const from = axis.columnOf(at);
    at += duration;
    return { kind: `wait ${what}`, from, to: axis.columnOf(at) };
  });
}

/** Shapes that touch become one, so that a row of a thousand is no more to draw than it shows. */
function merged(shapes: readonly Shape[]): Shape[] {
  if (shapes.length < 2) return [...shapes];
  const result: Shape[] = [];
  for (const members of Map.groupBy(shapes, ({ kind }) => kind).values()) {
    for (const shape of members.sort((a, b) => a.from - b.from)) {
      const last = result.at(-1);
      if (last !== undefined && last.kind === shape.kind && shape.from <= last.to + 0.1) {
        result[result.length - 1] = { ...last, to: Math.max(last.to, shape.to) };
      } else result.push(shape);
    }
  }
  return result;
}

/** Where a bar is, from the middle of its row, in px. */
interface Height {
  readonly top: number;
  readonly height: number;
}

/** In columns, as something has to be seen of what took no time. */
const leastWidth = 0.3;

const wholeHeight: Height = { top: -8, height: 16 };
const upperHalf: Height = { top: -10, height: 9 };
const lowerHalf: Height = { top: 1, height: 9 };

function bar({ kind, from, to }: Shape, details: string, { top, height }: Height): Html {
  const width = percent(Math.max(to - from, leastWidth));
  return html`
    <rect class="${kind}" data-for="${details}" x="${percent(from)}" y="${middle + top}" width="${width}"
      height="${height}" rx="2"/>`;
}

function isWithoutSender({ missing }: Hop): boolean {
  return missing !== undefined;
}

function ghost({ wait }: Hop, { spans }: Row, axis: TimeAxis): Html {
  return html`<circle class="ghost" cx="${percent(axis.columnOf(wait?.start ?? spans[0]?.start ?? 0))}" cy="${middle}" r="5"/>`;
}

/** How long the wait was, on the widest part of it, where there is room on a wide page. */
function label(hops: readonly Hop[], axis: TimeAxis): Html | undefined {
  const waits = hops.flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
  const [first] = waits;
  if (first === undefined) return undefined;
  if (waits.length > 1) {
    const start = waits.reduce((least, wait) => Math.min(least, wait.start), first.start);
    const end = waits.reduce((least, wait) => Math.min(least, wait.end), first.end);
    return text(rangeText(waits), axis.columnOf(start), axis.columnOf(end), axis);
  }
  const shapes = waitShapes({ wait: first } as Hop, axis);
  const texts = first.parts.map(({ what, duration }, index) => {
    const { from = 0, to = 0 } = shapes[index] ?? {};
    return text(
      `${first.estimated ? 'about ' : ''}${durationText(duration)} ${waitedFor[what]}`,
      from,
      to,
      axis,
    );
  });
  return html`${texts}`;
}

/** A character takes about this much of a chart, in columns. */
const characterWidth = 1;

/** In the first room that is wide enough, beside the breaks. */
function text(words: string, from: number, end: number, { breaks }: TimeAxis): Html | undefined {
  const cut = breaks.map(({ column, width }) => column + width / 2).find((at) => at > from && at < end);
  const to = cut ?? end;
  if (to - from < words.length * characterWidth) return undefined;
  return html`<text class="told" x="${percent((from + to) / 2)}" y="${middle}" dy="4">${words}</text>`;
}

/** The lines that lead from sends to handlings, as far as they are in this row or pass it. */
export function drawWays(ways: readonly PassingWay[], axis: TimeAxis): Html | undefined {
  if (ways.length === 0) return undefined;
  return html`
    <svg class="ways" aria-hidden="true">
      ${ways.map(({ hop, row, end, isAbove, isBelow }) => {
        const x = percent(axis.columnOf(hop.wait?.start ?? 0));
        const [from, to] = [isAbove ? 0 : middle, isBelow ? '100%' : middle];
        return html`
          <line class="${hop.relation}" data-way="${row}" data-for="${row}l" x1="${x}" x2="${x}" y1="${from}" y2="${to}"/>
          ${end === 'from' && html`<circle class="end" cx="${x}" cy="${middle}" r="3.5"/>`}`;
      })}
    </svg>`;
}
