import { durationText } from '../drawing/duration-text.ts';
import type { Journey, WaitPart } from '../model/journey.ts';
import { details } from './details.ts';
import { percent, waitedFor } from './draw-bars.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';
import { journeyQueries, traceQueries } from './queries.ts';
import { queryList } from './shared-queries.ts';
import { type Sums, sumsOf } from './sums.ts';

/** What there is to know at a glance: what was done, how long it took, and how much of that was work. */
export function drawSummary(context: PageContext, notes: readonly string[]): Html {
  const { journey } = context.folded;
  const sums = sumsOf(journey);
  return html`
    <header>
      <p class="id">
        Journey <code>${idOf(journey)}</code>
        <button type="button" class="note" data-details="journey">Copy a query</button>
      </p>
      <h1>${titleOf(journey)}</h1>
      <p class="sizes">${sizesOf(journey)}</p>
      ${drawSums(sums)}${drawLegend(journey, sums)}${drawNotes(context, notes)}
    </header>
    ${queriesOf(context)}`;
}

function queriesOf({ folded: { journey }, window }: PageContext): Html {
  const [id] = journey.ids;
  const queries =
    id === undefined
      ? traceQueries(idOf(journey), window)
      : journeyQueries(id, window, journey.traces[0]?.spans[0]?.service);
  const hint = html`
    <p class="why">
      Jaeger searches one service at a time. In the query for Grafana, the data source of Tempo has the uid <code>tempo</code>.
    </p>`;
  return details('journey', 'journey', 'Find it in a backend', [
    queryList('All of the journey', queries),
    hint,
  ]);
}

/** The id of a journey; where it has none, that of its first trace. */
export function idOf({ ids, traces }: Journey): string {
  return ids[0] ?? traces[0]?.traceId ?? '';
}

/** What a journey began with. */
export function titleOf({ traces }: Journey): string {
  return traces[0]?.spans[0]?.name || 'no name';
}

function sizesOf({ traces, hops, start }: Journey): Html {
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0);
  const services = new Set(traces.flatMap((trace) => trace.spans.map(({ service }) => service))).size;
  const date = new Date(start);
  const time = Number.isNaN(date.getTime()) ? 'at no time' : date.toISOString();
  const counts = [
    counted(traces.length, 'trace'),
    counted(spans, 'span'),
    counted(services, 'service'),
    counted(hops.length, 'hop'),
  ];
  return html`<time>${time}</time> · ${counts.join(' · ')}`;
}

/** A number of things. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function drawSums({ total, work, wait }: Sums): Html {
  const share = (part: number): number => (total === 0 ? 0 : (100 * part) / total);
  const rest = total - work - wait;
  const unknown =
    share(rest) > 1 &&
    html`<p><i class="swatch rest"></i><b>${durationText(rest)}</b> of which no span and no wait tells</p>`;
  const worked = Math.min(100, Math.max(share(work), work > 0 ? 0.4 : 0));
  const waited = Math.min(100 - worked, share(wait));
  const spoken = `${durationText(work)} of ${durationText(total)} at work, ${durationText(wait)} waiting`;
  return html`
    <div class="sums">
      <p><b>${durationText(total)}</b> from first to last</p>
      <p><i class="swatch work"></i><b>${durationText(work)}</b> at work</p>
      <p><i class="swatch wait queue"></i><b>${durationText(wait)}</b> waiting</p>
      ${unknown}
    </div>
    <svg class="shares" role="img" aria-label="${spoken}">
      <rect class="work" width="${percent(worked)}" height="10"/>
      <rect class="wait queue" x="${percent(worked)}" width="${percent(waited)}" height="10"/>
    </svg>`;
}

const order: readonly WaitPart['what'][] = ['delay', 'dependencies', 'queue', 'backoff'];

function drawLegend({ hops, ghosts }: Journey, { longest }: Sums): Html {
  const relations = new Set(hops.map(({ relation }) => relation));
  const waits = order.flatMap((what) => {
    const duration = longest.get(what);
    return duration === undefined
      ? []
      : [
          html`<li><i class="swatch wait ${what}"></i>${waitedFor[what]}, at most ${durationText(duration)}</li>`,
        ];
  });
  return html`
    <ul class="legend" role="list">
      <li><i class="swatch work"></i>work, in the colour of the service</li>
      ${waits}
      ${relations.has('parent') && html`<li><i class="way parent"></i>child of its sender</li>`}
      ${relations.has('link') && html`<li><i class="way link"></i>links to its sender</li>`}
      ${ghosts.length > 0 && html`<li><i class="swatch missing"></i>missing</li>`}
    </ul>`;
}

/** What is not as it should be. */
function drawNotes({ folded, lines }: PageContext, notes: readonly string[]): Html | undefined {
  const skews = folded.journey.skews
    .slice(0, 5)
    .map(
      ({ ahead, behind, atLeast, count }) =>
        `The clock of ${ahead} is at least ${durationText(atLeast)} ahead of that of ${behind} (seen ${counted(count, 'time')}).`,
    );
  const cut = lines.leftOut > 0 ? [`${lines.leftOut} more rows are not drawn.`] : [];
  const all = [...skews, ...cut, ...notes];
  return all.length === 0
    ? undefined
    : html`<ul class="problems">${all.map((text) => html`<li>${text}</li>`)}</ul>`;
}
