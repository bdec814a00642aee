import { type MemoryBudget, MemoryStore } from './memory-budget.ts';

/**
 * The longest text that can be a key, in characters. Some keys come from senders. The key of a job holds the name of its
 * queue twice, beside ids.
 */
export const longestKey = 1_024;

/** What a {@link BoundedMap} holds. */
export interface BoundedMapOptions<K, V> {
  /** How many keys are kept, at least, where the memory of the Waybill has room for them. */
  readonly size: number;

  /** What an entry takes with its place in the map, in bytes. */
  readonly bytesOf: (key: K, value: V) => number;

  /** The longest text that can be a key, in characters. Entries with longer keys are not kept. Default 1,024. */
  readonly longestKey?: number;
}

/**
 * A bounded map: it keeps at least the last `size` keys that were set or read, and at most twice as many; fewer if the
 * memory of its Waybill is used up.
 *
 * It has two generations instead of an order by use: a hit in the young one costs a plain look-up.
 */
export class BoundedMap<K, V> extends MemoryStore {
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  readonly #size: number;
  readonly #bytesOf: (key: K, value: V) => number;
  readonly #longestKey: number;

  constructor(budget: MemoryBudget, options: BoundedMapOptions<K, V>) {
    super(budget);
    this.#size = options.size;
    this.#bytesOf = options.bytesOf;
    this.#longestKey = options.longestKey ?? longestKey;
  }

  get(key: K): V | undefined {
    if (this.#isTooLong(key)) return undefined;
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#isTooLong(key)) return;
    if (this.#young.size >= this.#size && !this.#young.has(key)) this.changeGenerations();
    const { size } = this.#young;
    this.#young.set(key, value);
    if (this.#young.size > size) this.spend(this.#bytesOf(key, value));
  }

  delete(key: K): void {
    const young = this.#young.get(key);
    this.#old.delete(key);
    if (young === undefined) return;
    this.#young.delete(key);
    this.release(this.#bytesOf(key, young));
  }

  /** Forgets everything. */
  clear(): void {
    this.releaseAll();
    this.#young = new Map();
    this.#old = new Map();
  }

  protected override age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }

  #isTooLong(key: K): boolean {
    return typeof key === 'string' && key.length > this.#longestKey;
  }
}
