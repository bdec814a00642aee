import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import { metric } from '../semantic-conventions/telemetry-names.ts';

/** How much is added up at most before it is counted, also where nobody collects. */
const most = 1_000;

/**
 * Counts that wait for the next collection of metrics. To count a message at once costs as much as half a span, as an SDK
 * looks its attributes up every time; this costs an addition.
 */
export class Tallies {
  #waiting: Tally[] = [];

  /** @param meter tells when metrics are collected, by an instrument that never observes anything and is never exported. */
  constructor(meter: Meter) {
    const collection = meter.createObservableGauge(metric.collection);
    meter.addBatchObservableCallback(() => this.#flush(), [collection]);
  }

  /** A tally of what a counter counts with these attributes. */
  of(counter: Counter, attributes: Attributes): Tally {
    return new Tally(counter, attributes, (tally) => this.#waiting.push(tally));
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tally of waiting) tally.flush();
  }
}

/** A number that is counted later. */
export class Tally {
  readonly #counter: Counter;
  readonly #attributes: Attributes;
  readonly #wait: (tally: Tally) => void;
  #count = 0;

  constructor(counter: Counter, attributes: Attributes, wait: (tally: Tally) => void) {
    this.#counter = counter;
    this.#attributes = attributes;
    this.#wait = wait;
  }

  add(count: number): void {
    if (this.#count === 0) this.#wait(this);
    this.#count += count;
    if (this.#count >= most) this.flush();
  }

  flush(): void {
    const count = this.#count;
    this.#count = 0;
    if (count > 0) this.#counter.add(count, this.#attributes);
  }
}
