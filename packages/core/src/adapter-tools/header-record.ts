/**
 * The headers of a message whose client keeps them in a plain object. It is a lazy copy: the caller's object is read until
 * something is written, and never touched.
 *
 * @typeParam V what the client keeps under a name.
 *
 * @example
 * const headers = new HeaderRecord(message.headers);
 * headers.set('traceparent', '00-…');
 * const copy = { ...message, headers: headers.current };
 */
export class HeaderRecord<V> {
  readonly #headers: Readonly<Record<string, V>> | undefined;
  #written: Record<string, V> | undefined;

  /** @param headers the caller's own; `undefined` where there are none. */
  constructor(headers: Readonly<Record<string, V>> | undefined | null) {
    this.#headers = headers ?? undefined;
  }

  /** The headers as they are to be sent: the caller's own object as long as nothing was written. */
  get current(): Readonly<Record<string, V>> | undefined {
    return this.#written ?? this.#headers;
  }

  /** What stands under a name, whatever its case. */
  get(name: string): V | undefined {
    const { current } = this;
    if (current === undefined) return undefined;
    const exact = Object.hasOwn(current, name) ? current[name] : undefined;
    if (exact !== undefined) return exact;
    for (const key of Object.keys(current)) {
      if (isOtherSpelling(key, name)) return current[key];
    }
    return undefined;
  }

  /** The names of all headers, spelt as they are. */
  names(): string[] {
    return Object.keys(this.current ?? {});
  }

  /** Sets a header, in place of every spelling of it. */
  set(name: string, value: V): void {
    for (const key of this.names()) {
      if (isOtherSpelling(key, name)) delete this.#copy()[key];
    }
    this.#copy()[name] = value;
  }

  /** Removes every spelling of a header. */
  delete(name: string): void {
    for (const key of this.names()) {
      if (key === name || isOtherSpelling(key, name)) delete this.#copy()[key];
    }
  }

  #copy(): Record<string, V> {
    this.#written ??= { ...this.#headers };
    return this.#written;
  }
}

function isOtherSpelling(key: string, name: string): boolean {
  return key !== name && key.length === name.length && key.toLowerCase() === name;
}
