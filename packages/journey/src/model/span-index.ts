import { type JourneySpan, keyOf, type SpanReference } from '../spans/journey-span.ts';

/** Finds spans by their ids. */
export class SpanIndex {
  readonly #byKey = new Map<string, JourneySpan>();

  readonly spans: readonly JourneySpan[];

  constructor(spans: readonly JourneySpan[]) {
    this.spans = spans;
    for (const span of spans) this.#byKey.set(keyOf(span), span);
  }

  find(reference: SpanReference): JourneySpan | undefined {
    return this.#byKey.get(keyOf(reference));
  }

  /** The parent, where it is among the spans. */
  parentOf({ traceId, parentSpanId }: JourneySpan): JourneySpan | undefined {
    return parentSpanId === undefined ? undefined : this.find({ traceId, spanId: parentSpanId });
  }
}
