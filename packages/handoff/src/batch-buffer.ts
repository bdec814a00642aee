import type { Instrumenter } from '@waybill/core/adapter';
import { CapturedWork, captureActive } from './captured.ts';
import type { Envelope } from './envelope.ts';

/**
 * Items that wait to be handled together. Each is kept with the context of its push. The flush is a root that links to all
 * of them (the first 128), as a batch from a queue.
 *
 * @example
 * const rows = handoff.buffer<Row>('rows');
 * rows.push(row); // in many requests
 * await rows.flush((all) => database.insert(all)); // once in a while
 */
export class BatchBuffer<T> {
  readonly #instrumenter: Instrumenter;
  readonly #boundary: string;
  #envelopes: Envelope<T>[] = [];

  constructor(instrumenter: Instrumenter, boundary: string) {
    this.#instrumenter = instrumenter;
    this.#boundary = boundary;
  }

  /** The number of waiting items. */
  get size(): number {
    return this.#envelopes.length;
  }

  /** Adds an item, with the context that is active. */
  push(item: T): void {
    this.#envelopes.push({ payload: item, carrier: captureActive(this.#instrumenter, this.#boundary) });
  }

  /**
   * Takes all items out and runs work for them. Items pushed during that wait for the next flush. If the work fails, it has
   * to put its items back.
   *
   * @returns what the work returns; `undefined`, without a call, if there is no item.
   */
  flush<R>(work: (items: readonly T[]) => R): R | undefined {
    const envelopes = this.#envelopes;
    if (envelopes.length === 0) return undefined;
    this.#envelopes = [];
    const messages = envelopes.map(({ carrier }) => new CapturedWork(this.#boundary, carrier));
    const items = envelopes.map(({ payload }) => payload);
    return this.#instrumenter.process({ messages, batch: true }, () => work(items));
  }
}
