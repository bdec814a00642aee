import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { makeSpan } from '../../test/make-span.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import { buildJourneys } from '../model/build-journeys.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import type { FoldedJourney } from './band.ts';
import { type FoldOptions, foldJourney } from './fold-journey.ts';

function folded(spans: readonly JourneySpan[] = [], options?: FoldOptions): FoldedJourney[] {
  return buildJourneys(spans).journeys.map((journey) => foldJourney(journey, options));
}

/** Bands, lanes and rows in lines. */
function outline({ bands }: FoldedJourney): string[] {
  return bands.flatMap(({ traceIds, lanes }) => [
    `${traceIds.length} traces`,
    ...lanes.flatMap(({ service, rows }) =>
      rows.map(
        ({ name, spans, depth, hops }) =>
          `${service}: ${'  '.repeat(depth)}${name} ×${spans.length} ⇠${hops.length}`,
      ),
    ),
  ]);
}

describe('folding', () => {
  it('makes rows of spans that are alike, and of what is below them', () => {
    expect(folded(journeysByName['a thousand messages']).map(outline)).toEqual([
      [
        '1 traces',
        'shop: send orders ×1 ⇠0',
        'shop:   create orders ×1000 ⇠0',
        'billing: process orders ×1000 ⇠1000',
      ],
    ]);
  });

  it('makes a band of traces that are alike', () => {
    expect(folded(journeysByName['a schedule of ten runs']).map(outline)).toEqual([
      ['1 traces', 'shop: send ticks ×1 ⇠0', '10 traces', 'cron: process ticks ×10 ⇠10'],
    ]);
  });

  it('has the trace of the sender first where all is in the same ms', () => {
    const spans = [
      makeSpan('process orders', { id: [1, 1], at: 0, links: [{ to: [2, 1], role: 'creation' }] }),
      makeSpan('send orders', { id: [2, 1], at: 0 }),
    ];
    expect(folded(spans)[0]?.bands.map(({ lanes }) => lanes[0]?.rows[0]?.name)).toEqual([
      'send orders',
      'process orders',
    ]);
  });

  it('leaves a few as they are', () => {
    expect(folded(journeysByName['a schedule of ten runs'], { foldAfter: 10 }).map(outline)[0]).toHaveLength(
      22,
    );
  });

  it('makes one row of the few that are below a row of many', () => {
    const spans = Array.from({ length: 10 }, (_, index) => [
      makeSpan('turn', { id: [1, index + 1], at: index }),
      ...(index < 3 ? [makeSpan('retry', { id: [1, 20 + index], parent: index + 1, at: index })] : []),
    ]).flat();
    expect(folded(spans).map(outline)).toEqual([['1 traces', 'shop: turn ×10 ⇠0', 'shop:   retry ×3 ⇠0']]);
  });

  it('has lanes by service, and rows below the rows of their lane', () => {
    expect(folded(journeysByName['fan-out to three consumers']).map(outline)).toEqual([
      [
        '1 traces',
        'shop: POST /orders ×1 ⇠0',
        'shop:   send orders ×1 ⇠0',
        'billing: process orders ×1 ⇠1',
        'shipping: process orders ×1 ⇠1',
        'search: process orders ×1 ⇠1',
      ],
    ]);
  });

  it('shows every span once, whatever their parents are', () => {
    const ids = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 }));
    const plan = fc.record({ id: ids, parent: fc.integer({ min: 1, max: 10 }), at: fc.nat(100) });
    const spans = fc.array(fc.tuple(fc.constantFrom('work', 'rest'), plan), { maxLength: 30 });
    fc.assert(
      fc.property(spans, fc.nat(3), (plans, foldAfter) => {
        const given = plans.map(([name, each]) => makeSpan(name, each));
        const rows = folded(given, { foldAfter }).flatMap(({ bands }) =>
          bands.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.rows.flatMap((row) => row.spans))),
        );
        const keys = rows.map(({ traceId, spanId }) => traceId + spanId);
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(keys)).toEqual(new Set(given.map(({ traceId, spanId }) => traceId + spanId)));
      }),
    );
  });

  it('goes down a chain of twelve thousand spans', () => {
    const chain = Array.from({ length: 12_000 }, (_, index) =>
      makeSpan('turn', { id: [1, index + 1], parent: index, at: index }),
    );
    const [lane] = folded(chain)[0]?.bands[0]?.lanes ?? [];
    expect(lane?.rows).toHaveLength(12_000);
  });
});
