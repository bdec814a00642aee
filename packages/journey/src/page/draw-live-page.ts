import { durationText } from '../drawing/duration-text.ts';
import type { Journey } from '../model/journey.ts';
import { contentOf, document, type PageOptions } from './draw-page.ts';
import { counted, idOf, titleOf } from './draw-summary.ts';
import { type Html, html } from './html.ts';

/** What a page that goes on shows. */
export interface LivePageOptions extends PageOptions {
  /** Of which journey: its id, or that of one of its traces. Default the one with the latest span. */
  readonly id?: string | undefined;

  /** Where exporters send spans to, for a page that has none yet. */
  readonly endpoint?: string | undefined;
}

/** How many journeys there are to choose from. */
const mostListed = 50;

/**
 * Draws journeys as a page that goes on: a list of the latest, and one of them. Its server answers `content?id=ID` with {@link drawLiveContent}, and
 * sends an event `spans` at `events` (server-sent events) whenever the page is to ask for that.
 *
 * @returns a whole document.
 */
export function drawLivePage(journeys: readonly Journey[], options: LivePageOptions = {}): string {
  return document('Journeys', liveContent(journeys, options), "default-src 'none'; connect-src 'self'", true);
}

/** What {@link drawLivePage} has in its `main`. */
export function drawLiveContent(journeys: readonly Journey[], options: LivePageOptions = {}): string {
  return liveContent(journeys, options).markup;
}

function liveContent(journeys: readonly Journey[], { id, endpoint, ...options }: LivePageOptions): Html {
  const latest = [...journeys].sort((a, b) => b.end - a.end);
  const shown = id === undefined || id === '' ? latest[0] : latest.find((journey) => isNamed(journey, id));
  const list = drawList(latest, shown, id !== undefined && id !== '');
  if (shown !== undefined) return html`${list}${contentOf(shown, options)}`;
  if (latest.length > 0) {
    return html`${list}
      <div class="empty">
        <h1>There is no such journey</h1>
        <p>Its spans have not come in, or had to make room.</p>
      </div>`;
  }
  return html`
    <div class="empty">
      <h1>No spans have come in yet</h1>
      <p>Have a program send them here, in JSON or in protobuf:</p>
      <pre>OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint ?? ''} node app.js</pre>
      <p>They are shown as they come.</p>
    </div>`;
}

function isNamed({ ids, traces }: Journey, id: string): boolean {
  return ids.includes(id) || traces.some(({ traceId }) => traceId === id);
}

function drawList(
  latest: readonly Journey[],
  shown: Journey | undefined,
  isChosen: boolean,
): Html | undefined {
  if (latest.length === 0) return undefined;
  const follow = isChosen && html`<a href="?"><b>The latest</b><small>as they come</small></a>`;
  const links = latest.slice(0, mostListed).map((journey) => {
    const { start, end, traces, hops } = journey;
    const sizes = [durationText(end - start), counted(traces.length, 'trace'), counted(hops.length, 'hop')];
    return html`
      <a href="?id=${idOf(journey)}"${journey === shown && html` aria-current="true"`}>
        <b>${titleOf(journey)}</b>
        <small>${sizes.join(' · ')}</small>
      </a>`;
  });
  return html`<nav class="journeys" aria-label="Journeys">${follow}${links}</nav>`;
}
