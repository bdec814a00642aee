import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import { metric } from '../semantic-conventions/telemetry-names.ts';

/** How much is added up at most before it is counted, also where nobody collects. */
const mostCounted = 1_000;

/** How many tallies wait at most, also where nobody collects. */
const mostWaiting = 1_000;

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

  /** How many tallies wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** A tally of what a counter counts with these attributes. */
  of(counter: Counter, attributes: Attributes): Tally {
    return new Tally(this, counter, attributes);
  }

  /** Has a tally wait. Those that are too many are counted before there is a collection. */
  wait(tally: Tally): void {
    if (this.#waiting.push(tally) >= mostWaiting) this.#flush();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tally of waiting) tally.flush();
  }
}

/** A number that is counted later. */
export class Tally {
  /** Where it waits. */
  readonly tallies: Tallies;

  readonly #counter: Counter;
  readonly #attributes: Attributes;
  #count = 0;
  #waits = false;

  constructor(tallies: Tallies, counter: Counter, attributes: Attributes) {
    this.tallies = tallies;
    this.#counter = counter;
    this.#attributes = attributes;
  }

  add(count: number): void {
    this.#count += count;
    if (this.#count >= mostCounted) this.#countUp();
    if (this.#waits) return;
    this.#waits = true;
    this.tallies.wait(this);
  }

  flush(): void {
    this.#waits = false;
    this.#countUp();
  }

  #countUp(): void {
    const count = this.#count;
    this.#count = 0;
    if (count > 0) this.#counter.add(count, this.#attributes);
  }
}
