/**
 * Remembers what was made of a value once the value comes twice in a row. Values that come once, as where every message is
 * another tenant's, then cost one comparison and no place.
 */
export class RepeatCache<K, V> {
  readonly #memory: { get(key: K): V | undefined; set(key: K, value: V): unknown };
  #last: K | undefined;

  /** @param memory where values are kept: bounded, or weak. */
  constructor(memory: { get(key: K): V | undefined; set(key: K, value: V): unknown }) {
    this.#memory = memory;
  }

  /** What `make` made of an equal value before, or makes of it now. */
  get(key: K, make: (key: K) => V): V {
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (key === this.#last) this.#memory.set(key, made);
    this.#last = key;
    return made;
  }
}
