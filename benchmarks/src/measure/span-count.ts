import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Step } from './run-by-turns.ts';

/** Drops spans, and counts those of a step when it is asked to. */
export class SpanCount implements SpanProcessor {
  #isCounting = false;
  #spans = 0;
  #attributes = 0;

  /** How many spans one step makes, and how many attributes they have together. */
  async of(step: Step): Promise<{ readonly spans: number; readonly attributes: number }> {
    this.#isCounting = true;
    this.#spans = 0;
    this.#attributes = 0;
    await step();
    this.#isCounting = false;
    return { spans: this.#spans, attributes: this.#attributes };
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (!this.#isCounting) return;
    this.#spans += 1;
    this.#attributes += Object.keys(span.attributes).length;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
