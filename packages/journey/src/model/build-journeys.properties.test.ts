import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { makeSpan, type SpanPlan } from '../../test/make-span.ts';
import type { JourneySpan } from '../index.ts';
import { buildJourneys } from './build-journeys.ts';

const ids = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 12 }));
const names = fc.constantFrom(
  'send orders',
  'create orders',
  'process orders',
  'process mails',
  'receive orders',
  'work',
);
const links = fc.array(
  fc.record(
    {
      to: ids,
      role: fc.constantFrom(
        'creation',
        'ambient',
        'previous-attempt',
        'previous-run',
        'dependency',
        'processing',
      ),
      sampled: fc.boolean(),
    },
    { requiredKeys: ['to'] },
  ),
  { maxLength: 4 },
);
const attributes = fc.dictionary(
  fc.constantFrom(
    'waybill.relation',
    'waybill.message.age',
    'waybill.journey.id',
    'messaging.message.id',
    'waybill.message.attempt',
  ),
  fc.oneof(
    fc.constantFrom('parent', 'link', '00000000000000000000000000000003'),
    fc.integer({ min: -1, max: 4 }),
  ),
);
const plans: fc.Arbitrary<SpanPlan> = fc.record(
  {
    id: ids,
    at: fc.integer({ min: 0, max: 1_000 }),
    parent: fc.integer({ min: 0, max: 12 }),
    took: fc.integer({ min: -50, max: 500 }),
    service: fc.constantFrom('shop', 'billing'),
    links,
    attributes,
  },
  { requiredKeys: ['id', 'at'] },
);

/** Spans as they come from anywhere: ids of zeros, the same span twice, cycles of parents and links, ends before starts. */
const manySpans: fc.Arbitrary<JourneySpan[]> = fc.array(
  fc.tuple(names, plans).map(([name, plan]) => makeSpan(name, plan)),
  { maxLength: 40 },
);

describe('journeys of any spans', () => {
  it('are the same in whatever order the spans come', () => {
    fc.assert(
      fc.property(
        manySpans.chain((spans) =>
          fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length })),
        ),
        ([spans, shuffled]) => {
          expect(buildJourneys(shuffled)).toEqual(buildJourneys(spans));
        },
      ),
    );
  });

  it('hold every span once, and count what they leave out', () => {
    fc.assert(
      fc.property(manySpans, (spans) => {
        const { journeys, leftOut } = buildJourneys(spans);
        const shown = journeys.flatMap(({ traces }) => traces.flatMap((trace) => trace.spans));
        const keys = shown.map(({ traceId, spanId }) => `${traceId}-${spanId}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(shown.length + leftOut.repeatedSpans + leftOut.invalidSpans).toBe(spans.length);
        const valid = spans.filter(({ traceId, spanId }) => !/^0+$/.test(traceId) && !/^0+$/.test(spanId));
        expect(new Set(keys)).toEqual(new Set(valid.map(({ traceId, spanId }) => `${traceId}-${spanId}`)));
      }),
    );
  });

  it('have each trace in one of them, and waits that their parts make up', () => {
    fc.assert(
      fc.property(manySpans, (spans) => {
        const { journeys } = buildJourneys(spans);
        const traces = journeys.flatMap((journey) => journey.traces.map(({ traceId }) => traceId));
        expect(new Set(traces).size).toBe(traces.length);
        for (const { wait } of journeys.flatMap(({ hops }) => hops)) {
          if (wait === undefined) continue;
          const sum = wait.parts.reduce((total, { duration }) => total + duration, 0);
          expect(sum).toBeCloseTo(wait.end - wait.start, 6);
          expect(wait.parts.every(({ duration }) => duration > 0)).toBe(true);
        }
      }),
    );
  });
});

describe('limits', () => {
  it('keep the earliest spans, and the first links', () => {
    const spans = [3, 1, 2].map((id) =>
      makeSpan('work', { id: [1, id], at: -id, links: [{ to: [2, 1] }, { to: [3, 1] }, { to: [0, 1] }] }),
    );
    const { journeys, leftOut } = buildJourneys(spans, { spans: 2, linksPerSpan: 1 });
    expect(journeys[0]?.traces[0]?.spans.map(({ spanId }) => spanId.at(-1))).toEqual(['3', '2']);
    expect(leftOut).toEqual({
      invalidSpans: 0,
      repeatedSpans: 0,
      excessSpans: 1,
      invalidLinks: 2,
      excessLinks: 2,
    });
  });
});
