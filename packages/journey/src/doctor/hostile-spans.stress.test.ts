import { describe, expect, it } from '@jest/globals';
import { makeSpan } from '../../test/make-span.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { diagnoseSpans } from './diagnose-spans.ts';

const many = 20_000;
const kafka = { 'messaging.system.name': 'kafka' };

/** Ids as `makeSpan` counts them, from 1. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

const shapes: Readonly<Record<string, () => readonly JourneySpan[]>> = {
  'one sender of all messages': () => [
    makeSpan('send orders', { id: [1, 1], at: 0, attributes: kafka }),
    ...numbers(many).map((span) =>
      makeSpan('process orders', {
        id: [1, 1 + span],
        parent: 1,
        at: span,
        service: 'b',
        attributes: { ...kafka, 'messaging.message.id': `m${span}` },
      }),
    ),
  ],
  'one chain of all messages': () =>
    numbers(many).map((span) =>
      makeSpan(span % 2 === 1 ? 'send orders' : 'process orders', {
        id: [1, span],
        ...(span > 1 && { parent: span - 1 }),
        at: span,
        attributes: kafka,
      }),
    ),
  'a deep stack with a handling at every level': () => [
    ...numbers(many / 2).map((span) =>
      makeSpan('step', { id: [1, span], ...(span > 1 && { parent: span - 1 }), at: span, took: many }),
    ),
    ...numbers(many / 2).map((span) =>
      // Of another service, so that each is a way from the step above it.
      makeSpan('process orders', {
        id: [1, many + span],
        parent: span,
        at: many + span,
        service: 'b',
        attributes: kafka,
      }),
    ),
  ],
  'a circle of parents': () => [
    makeSpan('send orders', { id: [1, 1], parent: 2, at: 0, attributes: kafka }),
    makeSpan('process orders', { id: [1, 2], parent: 1, at: 1, attributes: kafka }),
  ],
  'a service, a queue and a skewed clock for every message': () =>
    numbers(many / 2).flatMap((trace) => [
      makeSpan(`send q${trace}`, { id: [trace, 1], at: 50, service: `s${trace}`, attributes: kafka }),
      makeSpan(`process q${trace}`, {
        id: [trace, 2],
        parent: 1,
        at: 0,
        service: `c${trace}`,
        attributes: { ...kafka, 'waybill.journey.id': '1' },
      }),
    ]),
};

describe('hostile spans', () => {
  it.each(Object.keys(shapes))('are looked at, once each: %s', (name) => {
    const spans = shapes[name]?.() ?? [];
    const seen = { parents: 0 };
    const counted = spans.map((span) => ({
      ...span,
      get parentSpanId() {
        seen.parents += 1;
        return span.parentSpanId;
      },
    }));
    const diagnosis = diagnoseSpans(counted);
    expect(diagnosis.spans).toBe(spans.length);
    // However they hang together, each span's parent is asked for a fixed number of times.
    expect(seen.parents).toBeLessThan(40 * spans.length);
    for (const { evidence } of diagnosis.findings) expect(evidence.length).toBeLessThanOrEqual(3);
  });
});
