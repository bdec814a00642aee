import type { Band, FoldedJourney, Row } from '../fold/band.ts';
import { type Way, waysBetween } from '../fold/ways.ts';
import { type JourneySpan, keyOf, type SpanReference } from '../spans/journey-span.ts';

/** One line of the page: the title of a band, or a row. */
export interface PageLine {
  readonly band: Band;

  /** `undefined` for a title. */
  readonly row?: Row | undefined;
  readonly service: string;

  /** Whether it is the first row of its service. */
  readonly isFirst: boolean;
}

/** All lines of a page, and where spans are in them. */
export class PageLines {
  readonly all: readonly PageLine[];

  /** How many rows there are beyond those. */
  readonly leftOut: number;
  readonly #ids = new Map<Row, string>();
  readonly #rowOfSpan = new Map<string, Row>();
  readonly #spans = new Map<string, JourneySpan>();
  readonly #ways: readonly (Way & { readonly first: number; readonly last: number })[];

  constructor({ bands, journey }: FoldedJourney, mostRows: number) {
    const lines: PageLine[] = [];
    let rows = 0;
    for (const band of bands) {
      if (rows < mostRows) lines.push({ band, service: '', isFirst: false });
      for (const { service, rows: members } of band.lanes) {
        for (const [index, row] of members.entries()) {
          if (rows < mostRows) lines.push({ band, row, service, isFirst: index === 0 });
          rows += 1;
        }
      }
    }
    this.all = lines;
    this.leftOut = Math.max(0, rows - mostRows);
    const at = new Map<Row, number>();
    for (const [index, { row }] of lines.entries()) {
      if (row === undefined) continue;
      at.set(row, index);
      this.#ids.set(row, `r${this.#ids.size}`);
      for (const span of row.spans) this.#rowOfSpan.set(keyOf(span), row);
    }
    for (const { spans } of journey.traces) for (const span of spans) this.#spans.set(keyOf(span), span);
    this.#ways = waysBetween(at.keys()).map((way) => {
      const ends = [at.get(way.from) ?? 0, at.get(way.to) ?? 0];
      return { ...way, first: Math.min(...ends), last: Math.max(...ends) };
    });
  }

  /** What details are found by. */
  idOf(row: Row): string {
    return this.#ids.get(row) ?? '';
  }

  rowOf(span: SpanReference): Row | undefined {
    return this.#rowOfSpan.get(keyOf(span));
  }

  spanOf(span: SpanReference): JourneySpan | undefined {
    return this.#spans.get(keyOf(span));
  }

  /** The ways that begin, end or pass at a line. */
  waysAt(line: number): readonly PassingWay[] {
    return this.#ways
      .filter(({ first, last }) => first <= line && line <= last)
      .map(({ hop, from, to, first, last }) => ({
        hop,
        row: this.idOf(to),
        end: this.all[line]?.row === to ? 'to' : this.all[line]?.row === from ? 'from' : undefined,
        isAbove: line > first,
        isBelow: line < last,
      }));
  }
}

/** What a line shows of a way. */
export interface PassingWay {
  readonly hop: Way['hop'];

  /** The row that it leads to. */
  readonly row: string;

  /** Which end is here. */
  readonly end: 'from' | 'to' | undefined;

  /** Whether it goes on above, and below. */
  readonly isAbove: boolean;
  readonly isBelow: boolean;
}
