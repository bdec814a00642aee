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
    const other = this.#otherSpellings(name)[0];
    return other === undefined ? undefined : current[other];
  }

  /** The names of all headers, spelt as they are. */
  names(): string[] {
    return Object.keys(this.current ?? {});
  }

  /** Sets a header, in place of every spelling of it. */
  set(name: string, value: V): void {
    this.delete(name);
    this.#copy()[name] = value;
  }

  /** Removes every spelling of a header. */
  delete(name: string): void {
    const { current } = this;
    if (current === undefined) return;
    const spellings = this.#otherSpellings(name);
    if (Object.hasOwn(current, name)) spellings.push(name);
    for (const spelling of spellings) delete this.#copy()[spelling];
  }

  #otherSpellings(name: string): string[] {
    return Object.keys(this.current ?? {}).filter(
      (key) => key !== name && key.length === name.length && key.toLowerCase() === name,
    );
  }

  #copy(): Record<string, V> {
    this.#written ??= { ...this.#headers };
    return this.#written;
  }
}
