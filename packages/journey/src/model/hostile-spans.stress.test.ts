import { describe, expect, it } from '@jest/globals';
import { makeSpan, spanId, traceId } from '../../test/make-span.ts';
import { buildJourneys, type JourneyLink, type JourneySpan } from '../index.ts';

/** Each would take hours, or all memory, if the work grew with the square of what is given. The time limit of the test run ends it then. */
describe('hostile spans', () => {
  it('that are their own parents, in a circle, are one trace', () => {
    const { journeys } = buildJourneys([
      makeSpan('a', { id: [1, 1], parent: 2, at: 0 }),
      makeSpan('b', { id: [1, 2], parent: 1, at: 0 }),
      makeSpan('c', { id: [1, 3], parent: 3, at: 0 }),
    ]);
    expect(journeys[0]?.traces[0]?.spans).toHaveLength(3);
  });

  it('that link in a circle are one journey', () => {
    const count = 20_000;
    const spans = Array.from({ length: count }, (_, index) =>
      makeSpan('process orders', {
        id: [index + 1, 1],
        at: index,
        links: [{ to: [((index + 1) % count) + 1, 1] }],
      }),
    );
    const { journeys } = buildJourneys(spans);
    expect(journeys).toHaveLength(1);
    expect(journeys[0]?.traces).toHaveLength(count);
  });

  it('with a million links, on one span and on many, lose those beyond the limits', () => {
    const links: JourneyLink[] = Array.from({ length: 1_000_000 }, (_, index) => ({
      traceId: traceId(index + 10),
      spanId: spanId(1),
      attributes: {},
    }));
    const one: JourneySpan = { ...makeSpan('process orders', { id: [1, 1], at: 0 }), links };
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      ...makeSpan('process orders', { id: [2, index + 1], at: 1 }),
      links: links.slice(index * 1_000, (index + 1) * 1_000),
    }));
    expect(buildJourneys([one]).leftOut.excessLinks).toBe(1_000_000 - 1_024);
    const { journeys, leftOut } = buildJourneys(many, { links: 20_000 });
    expect(leftOut.excessLinks).toBe(980_000);
    expect(journeys[0]?.hops).toHaveLength(20_000);
  });

  it('with many links to handlings are read once each', () => {
    const earlier = Array.from({ length: 1_000 }, (_, index) =>
      makeSpan('process orders', { id: [1, index + 1], at: 0 }),
    );
    const links = Array.from({ length: 1_000 }, (_, index) => ({ to: [1, index + 1] as const }));
    const creations = Array.from({ length: 24 }, (_, index) => ({
      to: [7, index + 1] as const,
      role: 'creation',
    }));
    const later = Array.from({ length: 40 }, (_, index) =>
      makeSpan('process orders', { id: [2, index + 1], at: 50, links: [...links, ...creations] }),
    );
    expect(buildJourneys([...earlier, ...later]).journeys[0]?.hops).toHaveLength(40 * 24);
  });

  it('with ids that are none, and times that are none, are counted', () => {
    const { journeys, leftOut } = buildJourneys([
      makeSpan('zeros', { id: [0, 1], at: 0 }),
      makeSpan('zeros', { id: [1, 0], at: 0 }),
      { ...makeSpan('upper case', { id: [1, 1], at: 0 }), traceId: 'A'.repeat(32) },
      makeSpan('no time', { id: [1, 1], at: Number.NaN }),
      makeSpan('for ever', { id: [1, 2], at: 0, took: Number.POSITIVE_INFINITY }),
    ]);
    expect(journeys).toEqual([]);
    expect(leftOut.invalidSpans).toBe(5);
  });

  it('that end before they start end at once', () => {
    const { journeys } = buildJourneys([makeSpan('back', { id: [1, 1], at: 50, took: -100 })]);
    expect(journeys[0]).toMatchObject({ start: journeys[0]?.end });
  });

  it('with names of what every object has are like any others', () => {
    const span = makeSpan('__proto__', {
      id: [1, 1],
      at: 0,
      kind: 'CONSUMER',
      attributes: { 'messaging.operation.type': 'constructor', 'messaging.message.id': '__proto__' },
      links: [{ to: [2, 1], role: 'toString' }],
    });
    expect(buildJourneys([span]).journeys[0]?.hops[0]).toMatchObject({
      messageId: '__proto__',
      kind: 'message',
    });
  });
});
