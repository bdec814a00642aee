import { durationText } from '../drawing/duration-text.ts';
import type { AxisPart } from '../drawing/time-axis.ts';
import { percent } from './draw-bars.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';

/** The axis of time: its breaks by how long they are, and how long the pieces between them are, where there is room to say so. */
export function drawAxis({ axis, window }: PageContext): Html {
  const total = durationText(window.end - window.start);
  const breaks = axis.breaks.map((part) => ({ part, words: durationText(part.duration) })).filter(hasRoom);
  const pieces = axis.pieces.map((part) => ({ part, words: durationText(part.duration) })).filter(hasRoom);
  return html`
    <div class="axis">
      <span class="service">Service</span>
      <span class="what">What it did</span>
      <svg class="bars" role="img" aria-label="Time, from 0 to ${total}${spokenBreaks(axis.breaks)}">
        ${pieces.map(
          ({ part: { column, width }, words }) => html`
            <line class="piece" x1="${percent(column)}" x2="${percent(column + width)}" y1="26" y2="26"/>
            <text class="piece" x="${percent(column + width / 2)}" y="18">${words}</text>`,
        )}
        ${breaks.map(
          ({ part: { column, width }, words }) =>
            html`<text class="break" x="${percent(column + width / 2)}" y="18">${words}</text>`,
        )}
      </svg>
    </div>`;
}

/** More of them are not told one by one. */
const mostSpoken = 10;

function spokenBreaks(breaks: readonly AxisPart[]): string {
  if (breaks.length === 0) return '';
  if (breaks.length > mostSpoken) return `. ${breaks.length} times in which nothing happens are drawn short`;
  const durations = breaks.map(({ duration }) => durationText(duration));
  return `. Times in which nothing happens are drawn short: ${durations.join(', ')}`;
}

function hasRoom({ part, words }: { part: AxisPart; words: string }): boolean {
  return part.width >= words.length * 0.9;
}

/** Where the axis is broken, so is all that is drawn across it. */
export function drawCuts({ axis }: PageContext): Html | undefined {
  if (axis.breaks.length === 0) return undefined;
  return html`
    <svg class="cuts" aria-hidden="true">
      ${axis.breaks.map(
        ({ column, width }) => html`
          <rect class="break" x="${percent(column)}" width="${percent(width)}" height="100%"/>
          <svg x="${percent(column + width / 2)}"><rect class="cut" x="-7" width="14" height="100%"/></svg>`,
      )}
    </svg>`;
}
