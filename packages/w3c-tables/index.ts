import baggage from './baggage.json' with { type: 'json' };
import traceContext from './trace-context.json' with { type: 'json' };

/** One case: what is received, and what is to be read. */
export interface W3cCase<Expectation> {
  readonly name: string;

  /** Every header, in order; a name may be repeated. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly expect: Expectation;
}

/** What is to be read of trace context; `null` where a new trace starts. */
export interface ExpectedTraceContext {
  readonly traceparent: {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
  } | null;
  readonly tracestate: string;
}

/** What is to be read of baggage. */
export interface ExpectedBaggage {
  readonly entries: readonly { readonly key: string; readonly value: string; readonly metadata?: string }[];
  readonly dropped: number;
}

/** The cases of W3C Trace Context, Level 2. */
export const traceContextCases: readonly W3cCase<ExpectedTraceContext>[] = casesOf(traceContext);

/** The cases of W3C Baggage. */
export const baggageCases: readonly W3cCase<ExpectedBaggage>[] = casesOf(baggage);

/** The compiler takes what JSON has for wider than it is. */
function casesOf<E>(table: { readonly cases: readonly unknown[] }): readonly W3cCase<E>[] {
  return table.cases as readonly W3cCase<E>[];
}
