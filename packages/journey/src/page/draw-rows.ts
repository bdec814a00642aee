import { durationText } from '../drawing/duration-text.ts';
import { decisionText, errorText, kindText, missingTexts, skewText, waitText } from '../drawing/row-notes.ts';
import type { Band, Row } from '../fold/band.ts';
import type { Hop } from '../model/journey.ts';
import { extentOf } from './details.ts';
import { drawAxis, drawCuts } from './draw-axis.ts';
import { drawBars, drawWays } from './draw-bars.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';
import type { PageLine } from './page-lines.ts';

/** The chart: bands of traces, in them rows by service, on one axis of time. */
export function drawRows(context: PageContext): Html {
  const bands = Map.groupBy(context.lines.all.entries(), ([, { band }]) => band);
  return html`
    <section class="chart" id="chart" tabindex="-1" aria-label="The journey: traces, their services, and what they did">
      ${drawAxis(context)}${drawCuts(context)}
      ${[...bands].map(([band, lines], index) => drawBand(band, lines, index, context))}
    </section>`;
}

type Lines = readonly (readonly [number, PageLine])[];

function drawBand(band: Band, [title, ...rows]: Lines, index: number, context: PageContext): Html {
  const [traceId = ''] = band.traceIds;
  const count = band.traceIds.length;
  const name = count > 1 ? `${count} traces, such as ` : 'Trace ';
  return html`
    <section class="band" aria-labelledby="b${index}">
      <div class="line title">
        <h2 id="b${index}">${name}<code>${traceId}</code></h2>
        ${title !== undefined && drawWays(context.lines.waysAt(title[0]), context.axis)}
      </div>
      <ol role="list">
        ${rows.map(([line, { row, service, isFirst }]) => row && drawRow(row, service, isFirst, line, context))}
      </ol>
    </section>`;
}

function drawRow(row: Row, service: string, isFirst: boolean, line: number, context: PageContext): Html {
  const id = context.lines.idOf(row);
  const colour = context.colourOf(service);
  const times = row.spans.length > 1 && html` <span class="times">×${row.spans.length}</span>`;
  const lane = isFirst
    ? html`<span class="service"><i class="dot s${colour}"></i>${service}</span>`
    : html`<span class="service sr">${service}</span>`;
  return html`
    <li class="line${isFirst && ' first'}" id="${id}-row">
      ${lane}
      <div class="what d${Math.min(row.depth, 6)}">
        <button type="button" class="name" data-details="${id}">
          ${row.name === '' ? 'no name' : row.name}${times}<span class="sr">, ${spokenTimes(row, context)}</span>
        </button>
        ${notes(row, id)}
      </div>
      ${drawWays(context.lines.waysAt(line), context.axis)}
      ${drawBars(row, id, colour, context.axis)}
    </li>`;
}

/** What the bars show. */
function spokenTimes(row: Row, { window }: PageContext): string {
  const { start, end } = extentOf(row);
  return `worked ${durationText(end - start)}, from ${durationText(Math.max(0, start - window.start))} after the start`;
}

function notes(row: Row, id: string): Html | undefined {
  const [hop] = row.hops;
  const decision = hop && (decisionText(row) ?? hop.relation);
  const kind = kindText(row);
  const waited = waitText(row.hops);
  const problems = [errorText(row), skewText(row.hops), ...missingTexts(row, true)].filter(
    (text) => text !== undefined,
  );
  if (decision === undefined && problems.length === 0) return undefined;
  return html`
    <div class="notes">
      ${hop !== undefined && noteButton(`${id}l`, hop.relation, html`<i class="way ${hop.relation}"></i>${decision}`)}
      ${kind !== undefined && html`<span class="note">${kind}</span>`}
      ${waited !== undefined && noteButton(`${id}w`, 'waited', html`<i class="swatch wait ${kindOfWait(hop)}"></i>${waited}`)}
      ${problems.map((text) => html`<span class="note problem">${text}</span>`)}
    </div>`;
}

function noteButton(details: string, kind: string, content: Html): Html {
  return html`<button type="button" class="note ${kind}" data-details="${details}">${content}</button>`;
}

/** What most of a wait was for. */
function kindOfWait(hop: Hop | undefined): string {
  const parts = [...(hop?.wait?.parts ?? [])].sort((a, b) => b.duration - a.duration);
  return parts[0]?.what ?? 'queue';
}
