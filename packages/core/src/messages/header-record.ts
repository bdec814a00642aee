import type { HeaderValue } from './header.ts';

/**
 * The headers of a message whose client keeps them in a plain object. It is a lazy copy: the caller's object is read until
 * something is written, and never touched.
 *
 * @example
 * const headers = new HeaderRecord(message.headers);
 * headers.set('traceparent', '00-…');
 * const copy = { ...message, headers: headers.current };
 */
export class HeaderRecord {
  #headers: Readonly<Record<string, unknown>> | undefined;
  #written: Record<string, unknown> | undefined;

  /** @param headers the caller's own; `undefined` where there are none. */
  constructor(headers: Readonly<Record<string, unknown>> | undefined | null) {
    this.#headers = headers ?? undefined;
  }

  /** The headers as they are to be sent: the caller's own object as long as nothing was written. */
  get current(): Readonly<Record<string, unknown>> | undefined {
    return this.#written ?? this.#headers;
  }

  /** All values of a header, whatever the case of its name. */
  get(name: string): HeaderValue {
    const { current } = this;
    if (current === undefined) return undefined;
    const exact = current[name];
    if (exact !== undefined) return exact as HeaderValue;
    const other = this.#otherSpellings(name)[0];
    return other === undefined ? undefined : (current[other] as HeaderValue);
  }

  /** The names of all headers, spelt as they are. */
  names(): string[] {
    return Object.keys(this.current ?? {});
  }

  /** Sets a header, in place of every spelling of it. */
  set(name: string, value: string): void {
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

  #copy(): Record<string, unknown> {
    this.#written ??= { ...this.#headers };
    return this.#written;
  }
}
