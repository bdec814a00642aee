/**
 * Makes something once for each object, when it is first asked for. It is kept as long as the object is.
 *
 * @example
 * const queuesOf = perObject((_connection: object) => new LimitedMap<string, Queue>(1_000));
 * queuesOf(channel.connection).set('orders', queue);
 */
export function perObject<O extends object, T extends NonNullable<unknown>>(
  make: (object: O) => T,
): (object: O) => T {
  const made = new WeakMap<O, T>();
  return (object) => {
    let value = made.get(object);
    if (value === undefined) {
      value = make(object);
      made.set(object, value);
    }
    return value;
  };
}

/** A map that keeps so many entries at most. The one that was added first goes first. */
export class LimitedMap<K, V> extends Map<K, V> {
  readonly #limit: number;

  /** @param limit the number of entries, from 1. */
  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    if (this.size > this.#limit) this.delete(this.keys().next().value as K);
    return this;
  }
}
