import { differenceFromFailure } from './difference-from-failure.ts';
import { drawSpans } from './draw-spans.ts';
import { differences, type ExpectedAttributes, showExpected } from './expected-attributes.ts';
import type { RecordedLink, RecordedSpan } from './recorded-span.ts';
import { SpanAssertionError } from './span-assertion-error.ts';

/**
 * Recorded spans, and what is expected of them. A selection means exactly one span, and every assertion fails where it holds
 * none or several, unless {@link each} says that all of them are meant.
 *
 * Every assertion gives back the selection, so that the next one can follow. A failed one throws a
 * {@link SpanAssertionError}, whose message tells what was expected, what there was instead, and all that was recorded.
 */
export class SpanSelection {
  /** The spans, in the order in which they were started. */
  readonly all: readonly RecordedSpan[];

  readonly #title: string;
  readonly #recorded: readonly RecordedSpan[];
  readonly #meansEach: boolean;

  /** @internal */
  constructor(
    all: readonly RecordedSpan[],
    title: string,
    recorded: readonly RecordedSpan[],
    meansEach = false,
  ) {
    this.all = all;
    this.#title = title;
    this.#recorded = recorded;
    this.#meansEach = meansEach;
  }

  /** How many spans there are. */
  get count(): number {
    return this.all.length;
  }

  /** The one span. Throws where there is none, or where there are several. */
  get only(): RecordedSpan {
    const [span, ...others] = this.all;
    if (span === undefined || others.length > 0) {
      throw this.#failure(
        `Expected one span ${this.#title}, found ${this.count === 0 ? 'none' : this.count}.`,
      );
    }
    return span;
  }

  /** The same spans, every one of which is meant. There has to be one at least. */
  get each(): SpanSelection {
    return new SpanSelection(this.all, this.#title, this.#recorded, true);
  }

  /** The span at this place, from 0, in the order in which they were started; from the end with a negative one. */
  at(index: number): SpanSelection {
    const span = this.all.at(index);
    return this.#narrowed(span === undefined ? [] : [span], `${this.#title} at place ${index}`);
  }

  /** Those of the spans that have these attributes, compared as {@link toHaveAttributes} does. */
  where(attributes: ExpectedAttributes): SpanSelection {
    const matching = this.all.filter((span) => differences(span.attributes, attributes).length === 0);
    return this.#narrowed(matching, `${this.#title} with ${showExpected(attributes)}`);
  }

  /** That there are so many. */
  toHaveCount(count: number): this {
    if (this.count === count) return this;
    throw this.#failure(`Expected ${count} spans ${this.#title}, found ${this.count}.`, this.all);
  }

  /** That it has no parent. */
  toBeRoot(): this {
    return this.#expect('to be a root', ({ parentSpanId }) =>
      parentSpanId === undefined ? undefined : `it is a child of ${this.#nameOf(parentSpanId)}`,
    );
  }

  /** That this one span is its parent. */
  toBeChildOf(parent: SpanSelection): this {
    const { name, spanId, traceId } = parent.only;
    return this.#expect(`to be a child of ${quoted(name)} (span ${spanId})`, (span) => {
      if (span.parentSpanId === undefined) return 'it is a root';
      if (span.parentSpanId === spanId && span.traceId === traceId) return undefined;
      return `it is a child of ${this.#nameOf(span.parentSpanId)}`;
    });
  }

  /**
   * That it links to another span, or to each of several.
   *
   * @param attributes what the link has to carry, compared as {@link toHaveAttributes} does.
   */
  toLinkTo(target: SpanSelection, attributes: ExpectedAttributes = {}): this {
    for (const { name, spanId, traceId } of target.#meant()) {
      this.#expect(`to link to ${quoted(name)} (span ${spanId})`, ({ links }) => {
        const found = links.filter((link) => link.spanId === spanId && link.traceId === traceId);
        if (found.length === 0) return `it links to ${this.#namesOf(links)}`;
        const wrong = found.map((link) => differences(link.attributes, attributes));
        return wrong.some(({ length }) => length === 0)
          ? undefined
          : `of the link ${wrong.flat().join(', ')}`;
      });
    }
    return this;
  }

  /** That it has so many links. */
  toHaveLinks(count: number): this {
    return this.#expect(`to have ${count} links`, ({ links }) =>
      links.length === count ? undefined : `it links to ${this.#namesOf(links)}`,
    );
  }

  /** That it belongs to the trace of another span. */
  toBeInTraceOf(other: SpanSelection): this {
    const { name, traceId } = other.only;
    return this.#expect(`to be in the trace of ${quoted(name)} (${traceId})`, (span) =>
      span.traceId === traceId ? undefined : `it is in ${span.traceId}`,
    );
  }

  /**
   * That it has these attributes, among others. `undefined` stands for an attribute that must be missing. A value may be an
   * asymmetric matcher, such as `expect.any(Number)`.
   */
  toHaveAttributes(expected: ExpectedAttributes): this {
    return this.#expect(`to have the attributes ${showExpected(expected)}`, ({ attributes }) => {
      const wrong = differences(attributes, expected);
      return wrong.length === 0 ? undefined : wrong.join(', ');
    });
  }

  /** That it is of this kind. */
  toHaveKind(expected: RecordedSpan['kind']): this {
    return this.#expect(`to be of kind ${expected}`, ({ kind }) =>
      kind === expected ? undefined : `it is of kind ${kind}`,
    );
  }

  /** That its status is not an error. */
  toHaveSucceeded(): this {
    return this.#expect('to have succeeded', ({ status, statusMessage }) =>
      status === 'ERROR' ? `it failed: ${statusMessage ?? 'without a message'}` : undefined,
    );
  }

  /**
   * That its status is an error of this type, which `error.type` and a recorded exception tell.
   *
   * @param message what the error has to say. Default: anything.
   */
  toHaveFailedWith(errorType: string, message?: string): this {
    const expected = message === undefined ? errorType : `${errorType}: ${message}`;
    return this.#expect(`to have failed with ${expected}`, (span) =>
      differenceFromFailure(span, errorType, message),
    );
  }

  #expect(expectation: string, problemOf: (span: RecordedSpan) => string | undefined): this {
    for (const span of this.#meant()) {
      const problem = problemOf(span);
      if (problem !== undefined) {
        throw this.#failure(`Expected the span ${this.#title} ${expectation}, but ${problem}.`, [span]);
      }
    }
    return this;
  }

  #meant(): readonly RecordedSpan[] {
    if (!this.#meansEach) return [this.only];
    if (this.count > 0) return this.all;
    throw this.#failure(`Expected one or more spans ${this.#title}, found none.`);
  }

  #narrowed(spans: readonly RecordedSpan[], title: string): SpanSelection {
    return new SpanSelection(spans, title, this.#recorded, this.#meansEach);
  }

  #failure(problem: string, marked: readonly RecordedSpan[] = this.all): SpanAssertionError {
    return new SpanAssertionError(`${problem}\n\n${drawSpans(this.#recorded, marked)}`);
  }

  #namesOf(links: readonly RecordedLink[]): string {
    return links.map(({ spanId }) => this.#nameOf(spanId)).join(' and ') || 'nothing';
  }

  #nameOf(spanId: string): string {
    const span = this.#recorded.find((other) => other.spanId === spanId);
    return span === undefined
      ? `span ${spanId}, which was not recorded`
      : `${quoted(span.name)} (span ${spanId})`;
  }
}

function quoted(text: unknown): string {
  return JSON.stringify(text) ?? 'nothing';
}
