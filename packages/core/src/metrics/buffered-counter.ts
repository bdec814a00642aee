import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import { metric } from '../semantic-conventions/telemetry-names.ts';

/** How much is buffered at most before it is counted. A reader may never collect. */
const mostCounted = 1_000;

/** How many counters wait at most. */
const mostWaiting = 1_000;

/**
 * Counts that wait for the next collection of metrics. Counting a message at once costs half a span, because an SDK looks its
 * attributes up every time; this costs an addition.
 */
export class CounterBuffer {
  #waiting: BufferedCounter[] = [];

  /** @param meter tells when metrics are collected, by an instrument that never observes anything and is never exported. */
  constructor(meter: Meter) {
    const collection = meter.createObservableGauge(metric.collection);
    meter.addBatchObservableCallback(() => this.#flush(), [collection]);
  }

  /** How many counters wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** A buffered counter in front of a counter of an SDK, for one set of attributes. */
  of(counter: Counter, attributes: Attributes): BufferedCounter {
    return new BufferedCounter(this, counter, attributes);
  }

  /** Makes a counter wait for the next collection. If too many wait, they are counted at once. */
  wait(counter: BufferedCounter): void {
    if (this.#waiting.push(counter) >= mostWaiting) this.#flush();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const counter of waiting) counter.flush();
  }
}

/** A number that is counted later. */
export class BufferedCounter {
  /** The counts among which it waits. */
  readonly buffer: CounterBuffer;

  readonly #counter: Counter;
  readonly #attributes: Attributes;
  #count = 0;
  #waits = false;

  constructor(buffer: CounterBuffer, counter: Counter, attributes: Attributes) {
    this.buffer = buffer;
    this.#counter = counter;
    this.#attributes = attributes;
  }

  add(count: number): void {
    this.#count += count;
    if (this.#count >= mostCounted) this.#countUp();
    if (this.#waits) return;
    this.#waits = true;
    this.buffer.wait(this);
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
