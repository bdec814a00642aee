import { TraceFlags } from '@opentelemetry/api';
import { drawSpans } from './draw-spans.ts';
import { readSpan, type SdkSpan } from './read-span.ts';
import type { RecordedSpan } from './recorded-span.ts';
import { SpanAssertionError } from './span-assertion-error.ts';
import { SpanSelection } from './span-selection.ts';

/** How {@link RecordedSpans.waitFor} waits. */
export interface WaitForSpansOptions {
  /** How many spans to wait for. Default 1. */
  readonly count?: number | undefined;

  /** In ms. Default 5000. */
  readonly timeout?: number | undefined;
}

/**
 * The spans that a tracer provider made, for tests to look at: a span processor that keeps what an exporter would get, and
 * the spans that have not ended, which only {@link drawing} shows.
 */
export class RecordedSpans {
  /** By trace and span id, in the order in which they were started. */
  readonly #spans = new Map<string, SdkSpan>();
  readonly #watching = new Set<(ended: SdkSpan) => void>();

  /** All spans that have ended by now, every one of which is meant. */
  get each(): SpanSelection {
    return this.#select(() => true, 'of any name').each;
  }

  /** The spans of this name that have ended by now. */
  named(name: string): SpanSelection {
    return this.#select((span) => span.name === name, `named ${JSON.stringify(name)}`);
  }

  /**
   * Waits until spans of this name have ended. Those that have ended already count.
   *
   * @throws {SpanAssertionError} when the time is over, with all that was recorded.
   *
   * @example
   * await queue.add('order', { id: 1 });
   * const processed = await spans.waitFor('process orders');
   * processed.toBeChildOf(spans.named('send orders'));
   */
  waitFor(name: string, { count = 1, timeout = 5_000 }: WaitForSpansOptions = {}): Promise<SpanSelection> {
    let missing = count - this.named(name).count;
    if (missing <= 0) return Promise.resolve(this.named(name));
    return new Promise((resolve, reject) => {
      const watch = (ended: SdkSpan): void => {
        if (ended.name !== name) return;
        missing -= 1;
        if (missing > 0) return;
        stop();
        resolve(this.named(name));
      };
      const timer = setTimeout(() => {
        stop();
        const problem = `Waited ${timeout} ms for spans named ${JSON.stringify(name)}: ${count - missing} of ${count} ended.`;
        reject(new SpanAssertionError(`${problem}\n\n${this.drawing}`));
      }, timeout);
      const stop = (): void => {
        clearTimeout(timer);
        this.#watching.delete(watch);
      };
      this.#watching.add(watch);
    });
  }

  /** Forgets all that was recorded. */
  clear(): void {
    this.#spans.clear();
  }

  /** All that was recorded, drawn for a person to read, as failed assertions do. */
  get drawing(): string {
    return drawSpans(this.#read());
  }

  /** For the SDK: called when a span starts. */
  onStart(span: SdkSpan): void {
    this.#keep(span);
  }

  /** For the SDK: called when a span has ended. */
  onEnd(span: SdkSpan): void {
    if (!this.#keep(span)) return;
    for (const watch of [...this.#watching]) watch(span);
  }

  /** For the SDK. Nothing is held back that could be flushed. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** For the SDK. What was recorded can still be read. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** A span that is recorded but not sampled would not be exported. */
  #keep(span: SdkSpan): boolean {
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) === 0) return false;
    this.#spans.set(`${traceId}-${spanId}`, span);
    return true;
  }

  #select(includes: (span: RecordedSpan) => boolean, title: string): SpanSelection {
    const recorded = this.#read();
    return new SpanSelection(
      recorded.filter((span) => span.ended && includes(span)),
      title,
      recorded,
    );
  }

  #read(): RecordedSpan[] {
    return [...this.#spans.values()].map(readSpan);
  }
}
