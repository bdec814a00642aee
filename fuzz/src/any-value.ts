import * as fc from 'fast-check';
import { odds, type ValueSpec } from './hostile-value.ts';

/** Any UTF-16, halves of surrogate pairs among it. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => ({ text: String.fromCharCode(...units) }));

const anyBytes = fc.array(fc.nat({ max: 255 }), { maxLength: 80 }).map((bytes) => ({ bytes }));

/** A value that JSON cannot express. */
export const oddValue: fc.Arbitrary<ValueSpec> = fc.constantFrom(...odds).map((odd) => ({ odd }));

/** A value of JSON that is mostly of the wrong type. */
export const jsonValue: fc.Arbitrary<ValueSpec> = fc
  .oneof(
    { weight: 3, arbitrary: fc.double() },
    { weight: 3, arbitrary: fc.integer() },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...[
          {},
          [],
          '',
          false,
          0,
          [[]],
          [{ queue: 'q', reason: 'rejected', count: 2 ** 40 }],
          { metadata: 1 },
        ],
        ...[
          '{"traceparent":1}',
          '{"__proto__":{"traceparent":"00"},"baggage":["a=1"]}',
          '[1]',
          '{"traceparent":{}}',
          '{',
        ],
      ),
    },
  )
  .map((json) => ({ json }));

/** Runs that take a careless parser quadratic time. */
export const pieces: readonly string[] = [
  ' ',
  '\t',
  ' \t',
  ',',
  ', ',
  ';',
  '; ',
  '=',
  '%',
  '%2',
  'a',
  'a=',
  'a=1,',
  'a =',
  'a=1;',
  'a=1; ;',
  '-',
  '0',
  '"',
  '\u00e9',
  '\ud800',
  '{"a":',
  '[',
];

/** What may follow a run. */
export const ends: readonly string[] = ['', '"', 'a', '=', ',', '\u0000', '\ud800'];

const runOf = (length: fc.Arbitrary<number>): fc.Arbitrary<ValueSpec> =>
  fc.record({
    run: fc.constantFrom(...pieces),
    length,
    end: fc.constantFrom(...ends),
    as: fc.constantFrom('text', 'bytes'),
  });

/** Large values are rare: most cases should take microseconds. */
const longRun: fc.Arbitrary<ValueSpec> = fc.oneof(
  { weight: 800, arbitrary: runOf(fc.integer({ min: 1, max: 2_048 })) },
  { weight: 40, arbitrary: runOf(fc.integer({ min: 2_048, max: 65_536 })) },
  { weight: 1, arbitrary: runOf(fc.constant(10 * 1_024 * 1_024)) },
);

/** Any value. */
export const otherValue: fc.Arbitrary<ValueSpec> = fc.oneof(
  { weight: 6, arbitrary: anyText },
  { weight: 3, arbitrary: anyBytes },
  { weight: 4, arbitrary: oddValue },
  { weight: 4, arbitrary: jsonValue },
  { weight: 2, arbitrary: longRun },
);
