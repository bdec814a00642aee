import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyText } from '../../test/any-text.ts';
import { makeSpan } from '../../test/make-span.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import { buildJourneys } from '../model/build-journeys.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { type DrawOptions, drawJourney } from './draw-journey.ts';
import { cellsOf } from './terminal-text.ts';

function drawn(spans: readonly JourneySpan[] = [], options?: DrawOptions): string {
  return buildJourneys(spans)
    .journeys.map((journey) => drawJourney(journey, options))
    .join('\n');
}

describe('the picture', () => {
  const pictures = readFileSync(join(import.meta.dirname, '../../test/twelve-journeys.txt'), 'utf8')
    .split(/^# /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1).trimEnd()]);

  it('is there for every journey', () => {
    expect(pictures.map(([name]) => name)).toEqual(Object.keys(journeysByName));
  });

  it.each(pictures)('of %s', (name = '', picture = '') => {
    expect(drawn(journeysByName[name])).toBe(picture);
  });

  it('has an hour of waiting as a break, and 20 ms of work beside it in full', () => {
    const spans = [
      makeSpan('send orders', { id: [1, 1], at: 0, took: 20 }),
      makeSpan('process orders', { id: [1, 2], parent: 1, at: 3_600_000, took: 20 }),
    ];
    expect(drawn(spans, { width: 60 })).toMatch(/ 1 h .*\n.*─╱╱─/);
    expect(drawn(spans, { width: 60 }).match(/█{14,}/g)).toHaveLength(2);
    expect(drawn(spans, { width: 60, trueScale: true })).not.toContain('╱');
  });

  it('has colours only if it is asked for them', () => {
    const start = '\u001b';
    expect(drawn(journeysByName['three attempts'])).not.toContain(start);
    expect(drawn(journeysByName['three attempts'], { colour: true })).toContain(`${start}[31m███`);
  });

  it('shows names that would command a terminal as text', () => {
    const picture = drawn([
      makeSpan('a\u001b]0;owned\u0007\nb\u202ec', { id: [1, 1], at: 0, service: '\u009b2J' }),
    ]);
    expect(picture).toContain('a\ufffd]0;owned\ufffd\ufffdb\ufffdc');
    expect(picture).toContain('\ufffd2J');
  });

  it('has breaks for the longest waits where there are more of them than there is room for', () => {
    const minute = 60_000;
    const spans = Array.from({ length: 60 }, (_, index) =>
      makeSpan(`work${index}`, { id: [1, index + 1], at: index * minute + (index > 30 ? 60 * minute : 0) }),
    );
    expect(drawn(spans, { width: 100 })).toMatch(/ 1 h .*\n.*─╱╱─/);
  });

  it('shows work between more gaps than there are columns', () => {
    const spans = Array.from({ length: 5_000 }, (_, index) =>
      makeSpan('work', { id: [1, index + 1], at: index * 60_000, took: 0 }),
    );
    expect(drawn(spans)).toContain('work ×5000');
  });

  it('is no wider than anything that shows text', () => {
    const [, , , , ruler = ''] = drawn(journeysByName['three attempts'], { width: 999_999_999 }).split('\n');
    expect(ruler).toHaveLength(2_000);
  });

  it('tells how messages are related whose spans say nothing of it, however many there are', () => {
    const spans = [
      makeSpan('send orders', { id: [1, 1], at: 0 }),
      ...Array.from({ length: 5_000 }, (_, index) =>
        makeSpan('process orders', { id: [1, index + 2], parent: 1, at: 20, service: 'billing' }),
      ),
    ];
    expect(drawn(spans)).toMatch(/process orders ×5000[\s\S]*parent · each waited 10 ms/);
  });

  it('says how many rows it does not draw', () => {
    const spans = Array.from({ length: 30 }, (_, index) =>
      makeSpan(`work${index}`, { id: [1, index + 1], at: index }),
    );
    expect(drawn(spans, { rows: 10 })).toContain('20 more rows are not drawn.');
  });
});

describe('any picture', () => {
  const text = fc.oneof(
    fc.constantFrom('send orders', 'process orders', '注文を処理する', '🚚🚚🚚'),
    anyText,
  );
  const spans = fc.array(
    fc
      .record({
        id: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 })),
        parent: fc.integer({ min: 1, max: 9 }),
        at: fc.integer({ min: 0, max: 10_000_000 }),
        took: fc.integer({ min: 0, max: 1_000 }),
        service: text,
        name: text,
      })
      .map(({ name, ...plan }) => makeSpan(name, { ...plan, kind: 'CONSUMER' })),
    { maxLength: 20 },
  );

  it('fits its width, and has nothing in it that a terminal obeys', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 60, max: 140 }), (given, width) => {
        const lines = drawn(given, { width }).split('\n');
        expect(lines.filter((line) => cellsOf(line).length > width || /\p{Cc}/u.test(line))).toEqual([]);
      }),
    );
  });
});
