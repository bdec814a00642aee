import type { Hop } from '../model/journey.ts';
import { keyOf } from '../spans/journey-span.ts';
import type { Row } from './band.ts';

/** A line to be drawn, from the row that a message was sent in, or handled in before, to the one that it is handled in. */
export interface Way {
  readonly hop: Hop;
  readonly from: Row;
  readonly to: Row;
}

/** More lines than these tell nothing. */
const mostWays = 100;

/** The lines between rows. Of a row of many, one line stands for all; of a batch, one for each of its first messages. */
export function waysBetween(rows: Iterable<Row>): Way[] {
  const all = [...rows];
  const rowOfSpan = new Map(all.flatMap((row) => row.spans.map((span) => [keyOf(span), row] as const)));
  const ways: Way[] = [];
  for (const to of all) {
    for (const hop of to.hops.slice(0, to.spans.length > 1 ? 1 : 8)) {
      const from = rowOfSpan.get(keyOf(hop.previous ?? hop.sender));
      if (from !== undefined && from !== to && hop.wait !== undefined) ways.push({ hop, from, to });
      if (ways.length === mostWays) return ways;
    }
  }
  return ways;
}
