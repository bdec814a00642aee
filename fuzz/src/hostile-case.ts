import * as fc from 'fast-check';
import { jsonValue, oddValue, otherValue } from './any-value.ts';
import { type CarrierSpec, carrierShapes } from './carrier.ts';
import { type HeaderSample, headerValue, near, otherName, validHeaders } from './hostile-header.ts';
import { sizeOf, type ValueSpec } from './hostile-value.ts';
import { type SetupName, setupNames } from './setups.ts';

/** How a handler, or the client that sends, ends. */
export type Ending = 'returns' | 'resolves' | 'throws' | 'rejects';

/** All random values of one case. */
export interface HostileCase {
  readonly setup: SetupName;

  /** Which of the adapter's paths it takes, modulo their number. */
  readonly path: number;

  /** The carriers of its messages. */
  readonly carriers: readonly CarrierSpec[];

  /** The values of the other fields that a sender fills. */
  readonly fields: readonly ValueSpec[];

  readonly ending: Ending;

  /** What a handler throws or returns. */
  readonly result: ValueSpec;

  /** Whether a handler sends the headers on that it was given. */
  readonly forwards: boolean;

  /** The baggage, and the trace state, of the active context. */
  readonly baggage: readonly (readonly [key: string, value: ValueSpec, metadata: ValueSpec])[];
  readonly traceState: ValueSpec;

  /** The choices of an adapter, such as how a message is settled. */
  readonly choice: number;
}

const carrier: fc.Arbitrary<CarrierSpec> = fc.record({
  shape: fc.oneof(
    { weight: 12, arbitrary: fc.constant('plain' as const) },
    { weight: 8, arbitrary: fc.constantFrom(...carrierShapes) },
  ),
  headers: fc
    .tuple(
      ...Object.entries(validHeaders).map(([name, sample]) =>
        fc.option(fc.tuple(fc.constant(name), headerValue(sample)), { freq: 3 }),
      ),
      fc.option(fc.tuple(otherName, otherValue), { freq: 1 }),
      fc.option(fc.tuple(otherName, otherValue), { freq: 1 }),
    )
    .map((entries) => entries.filter((entry) => entry !== null)),
});

/** About how many bytes a case has. */
export function sizeOfCase({ carriers, fields, baggage, traceState }: HostileCase): number {
  const values = [
    ...carriers.flatMap(({ headers }) => headers.map(([, value]) => value)),
    ...baggage.flatMap(([, value, metadata]) => [value, metadata]),
    ...fields,
    traceState,
  ];
  return values.reduce((sum, value) => sum + sizeOf(value), 0);
}

/** Any case. */
export const hostileCase: fc.Arbitrary<HostileCase> = fc.record({
  setup: fc.constantFrom(...setupNames),
  path: fc.nat({ max: 999 }),
  carriers: fc.array(carrier, { minLength: 1, maxLength: 3, size: 'max' }),
  fields: fc.array(otherValue, { minLength: 3, maxLength: 3 }),
  ending: fc.constantFrom('returns', 'resolves', 'throws', 'rejects'),
  result: fc.oneof(oddValue, jsonValue),
  forwards: fc.boolean(),
  baggage: fc.array(
    fc.tuple(
      fc.constantFrom('tenant.id', 'a', 'b c', '', '\u00e9', '__proto__', 'k;', 'k=', 'k,'),
      otherValue,
      fc.oneof(fc.constant({ odd: 'undefined' as const }), near(['p=1;q', 'p = %20'], ';=,% "'), otherValue),
    ),
    { maxLength: 3 },
  ),
  traceState: fc.oneof(
    { weight: 2, arbitrary: fc.constant({ odd: 'undefined' as const }) },
    { weight: 1, arbitrary: headerValue(validHeaders.tracestate as HeaderSample) },
  ),
  choice: fc.nat({ max: 999 }),
});
