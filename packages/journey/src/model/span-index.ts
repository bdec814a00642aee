import { type JourneySpan, keyOf, type SpanReference } from '../spans/journey-span.ts';

/** Finds spans by their ids. */
export class SpanIndex {
  /** In order. */
  readonly spans: readonly JourneySpan[];
  readonly #byKey: ReadonlyMap<string, JourneySpan>;

  /** @param all where spans are found, if that is more than `spans`. */
  constructor(spans: readonly JourneySpan[], all?: SpanIndex) {
    this.spans = spans;
    this.#byKey = all === undefined ? new Map(spans.map((span) => [keyOf(span), span])) : all.#byKey;
  }

  find(reference: SpanReference): JourneySpan | undefined {
    return this.#byKey.get(keyOf(reference));
  }

  /** The parent, where it is among the spans. */
  parentOf({ traceId, parentSpanId }: JourneySpan): JourneySpan | undefined {
    return parentSpanId === undefined ? undefined : this.find({ traceId, spanId: parentSpanId });
  }
}
