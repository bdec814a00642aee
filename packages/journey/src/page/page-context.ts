import { type TimeAxis, timeAxis } from '../drawing/time-axis.ts';
import type { FoldedJourney } from '../fold/band.ts';
import type { Connection } from '../model/journey.ts';
import type { TimeWindow } from '../sources/journey-source.ts';
import { keyOf } from '../spans/journey-span.ts';
import { PageLines } from './page-lines.ts';
import { SharedQueries } from './shared-queries.ts';

/** How many characters of attributes a page holds. Those of later rows are left out. */
const mostText = 8_000_000;

/** What every part of a page is drawn from. */
export class PageContext {
  readonly folded: FoldedJourney;
  readonly lines: PageLines;

  /** Its width is 100. */
  readonly axis: TimeAxis;

  /** From the first wait or span to the last. */
  readonly window: TimeWindow;

  /** By the span that links. */
  readonly connections: ReadonlyMap<string, readonly Connection[]>;
  readonly queries: SharedQueries;
  readonly #services: readonly string[];
  #text = 0;

  constructor(folded: FoldedJourney, { mostRows, trueScale }: { mostRows: number; trueScale: boolean }) {
    const { journey, bands } = folded;
    this.folded = folded;
    this.lines = new PageLines(folded, mostRows);
    this.window = {
      start: journey.hops.reduce((least, { wait }) => Math.min(least, wait?.start ?? least), journey.start),
      end: journey.end,
    };
    this.queries = new SharedQueries(this.window);
    this.axis = timeAxis(
      journey.traces.flatMap(({ spans }) => spans),
      this.window,
      100,
      trueScale,
    );
    this.connections = Map.groupBy(journey.connections, ({ from }) => keyOf(from));
    this.#services = [...new Set(bands.flatMap(({ lanes }) => lanes.map(({ service }) => service)))];
  }

  /** The number of the colour of a service, from 0 to 7. */
  colourOf(service: string): number {
    return Math.max(0, this.#services.indexOf(service)) % 8;
  }

  /** Whether there is room for that many characters more, which it then takes. */
  takesText(length: number): boolean {
    if (this.#text + length > mostText) return false;
    this.#text += length;
    return true;
  }
}
