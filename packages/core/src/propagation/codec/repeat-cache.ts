/**
 * Remembers the result for a value once the value comes twice in a row. A value that comes once, such as a new tenant with every
 * message, costs one comparison and no memory.
 */
export class RepeatCache<K, V> {
  readonly #memory: { get(key: K): V | undefined; set(key: K, value: V): unknown };
  #last: K | undefined;

  /** @param memory where values are kept: bounded, or weak. */
  constructor(memory: { get(key: K): V | undefined; set(key: K, value: V): unknown }) {
    this.#memory = memory;
  }

  /** The result of `make` for an equal value, remembered or new. */
  get(key: K, make: (key: K) => V): V {
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (key === this.#last) this.#memory.set(key, made);
    this.#last = key;
    return made;
  }
}
