import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { spanId, traceId } from '../../test/make-span.ts';
import { jaegerOf, otlpOf, tempoOf } from '../../test/otlp-of.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import { buildJourneys } from '../model/build-journeys.ts';
import { readSpans } from './read-spans.ts';

const all = Object.entries(journeysByName);

describe.each(all)('%s', (_, spans) => {
  const { traces, hops, ghosts, skews } = buildJourneys(spans).journeys[0] ?? {};
  const shape = traces?.map((trace) =>
    trace.spans.map(({ name, kind, service, start, end }) => [name, kind, service, start, end]),
  );

  it.each([
    ['OTLP', { ...otlpOf(spans) }],
    ['answers of Jaeger, version 3', { result: otlpOf(spans) }],
    ['answers of Tempo, version 2', { trace: otlpOf(spans) }],
    ['exports of Tempo', tempoOf(spans)],
    ['a list of exports of Tempo', [tempoOf(spans)]],
  ])('is the same from %s', (_format, document) => {
    const [journey] = buildJourneys(readSpans(document) ?? []).journeys;
    expect(
      journey?.traces.map((trace) =>
        trace.spans.map(({ name, kind, service, start, end }) => [name, kind, service, start, end]),
      ),
    ).toEqual(shape);
    expect(journey).toMatchObject(JSON.parse(JSON.stringify({ hops, ghosts, skews })));
  });

  it('has the same spans from Jaeger', () => {
    const { journeys } = buildJourneys(readSpans(jaegerOf(spans)) ?? []);
    expect(
      journeys.map((journey) =>
        journey.traces.map((trace) =>
          trace.spans.map(({ name, kind, service, start, end }) => [name, kind, service, start, end]),
        ),
      ),
    ).toEqual([shape]);
    // What Jaeger's format has lost: that a sender was not sampled.
    const kinds = hops?.map(({ kind, relation, sender }) => ({ kind, relation, sender }));
    expect(journeys[0]?.hops.map(({ kind, relation, sender }) => ({ kind, relation, sender }))).toEqual(
      kinds,
    );
  });
});

describe('readSpans', () => {
  it.each([
    [null],
    [1],
    ['text'],
    [{}],
    [[1]],
    [{ data: ['names'] }],
    [{ spans: [] }],
    [{ resourceSpans: {} }],
  ])('knows no spans in %j', (document) => {
    expect(readSpans(document)).toBeUndefined();
  });

  it.each([
    ['leading zeros that were left out', '1', '2'],
    ['upper case', '0000000000000000000000000000000A'.replace('A', '1'), '0000000000000002'],
    [
      'base64',
      Buffer.from(traceId(1), 'hex').toString('base64'),
      Buffer.from(spanId(2), 'hex').toString('base64'),
    ],
  ])('reads ids with %s', (_, id, span) => {
    const [read] =
      readSpans({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: id, spanId: span }] }] }] }) ?? [];
    expect(read).toMatchObject({ traceId: traceId(1), spanId: spanId(2) });
  });

  it('takes a reference of Jaeger for a link, if it is not to the parent', () => {
    const reference = (refType: string, trace: number, span: number) => ({
      refType,
      traceID: traceId(trace),
      spanID: spanId(span),
    });
    const references = [
      reference('FOLLOWS_FROM', 1, 5),
      reference('CHILD_OF', 2, 6),
      reference('CHILD_OF', 1, 7),
    ];
    const spans = [{ traceID: traceId(1), spanID: spanId(1), references }];
    const [span] = readSpans({ data: [{ spans, processes: {} }] }) ?? [];
    expect(span).toMatchObject({
      parentSpanId: spanId(7),
      links: [{ spanId: spanId(5) }, { traceId: traceId(2), spanId: spanId(6) }],
    });
  });

  it('reads attributes of every type, and leaves out what has none', () => {
    const attributes = [
      { key: 'text', value: { stringValue: 'a' } },
      { key: 'int', value: { intValue: '12' } },
      { key: 'double', value: { doubleValue: 1.5 } },
      { key: 'bool', value: { boolValue: false } },
      {
        key: 'list',
        value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 2 }, { arrayValue: {} }] } },
      },
      { key: '__proto__', value: { stringValue: 'own' } },
      { key: 'map', value: { kvlistValue: {} } },
      { value: { stringValue: 'without a key' } },
      'no object',
    ];
    const [span] = readSpans({ resourceSpans: [{ scopeSpans: [{ spans: [{ attributes }] }] }] }) ?? [];
    expect(Object.entries(span?.attributes ?? {})).toEqual([
      ['text', 'a'],
      ['int', 12],
      ['double', 1.5],
      ['bool', false],
      ['list', ['a', 2]],
      ['__proto__', 'own'],
    ]);
  });

  it('takes whatever JSON there is', () => {
    const keys = [
      'resourceSpans',
      'scopeSpans',
      'spans',
      'data',
      'processes',
      'attributes',
      'links',
      'traceId',
      'references',
      'value',
    ];
    const document = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(document, (value) => {
        expect(buildJourneys(readSpans(value) ?? []).journeys).toEqual([]);
      }),
    );
  });

  it('takes what is nested as deep as somebody likes', () => {
    const depth = 200_000;
    const value = JSON.parse(`${'{"arrayValue":{"values":['.repeat(depth)}${']}}'.repeat(depth)}`);
    const spans = [{ traceId: traceId(1), spanId: spanId(1), attributes: [{ key: 'deep', value }] }];
    expect(readSpans({ resourceSpans: [{ scopeSpans: [{ spans }] }] })?.[0]?.attributes).toEqual({
      deep: [],
    });
  });
});
