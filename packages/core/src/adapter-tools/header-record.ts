import type {
  HeaderItem,
  HeaderRefusal,
  HeaderValue,
  MessageHeaders,
  ReadableHeaders,
} from '../seam/headers.ts';

/** How a client keeps the value of a header. */
export interface HeaderFormat<V> {
  /** Reads a kept value as text, bytes or several of them; `undefined` for anything else. */
  read(value: V | undefined): HeaderValue;

  /** Makes the value to keep from a text. */
  write(text: string): V;
}

/** The format of a client that keeps texts, bytes, or lists of them, as they are. */
export const plainFormat: { read(value: HeaderValue): HeaderValue; write(text: string): string } = {
  read: (value) => value,
  write: (text) => text,
};

/** The format of a client that keeps values of any type: numbers and booleans are read as their text, and lists of all of these. */
export const anyFormat: HeaderFormat<unknown> = {
  read: (value) => (Array.isArray(value) ? value.flatMap((item) => anyItem(item) ?? []) : anyItem(value)),
  write: (text) => text,
};

function anyItem(value: unknown): HeaderItem | undefined {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/**
 * The headers of a message that was delivered, whose client keeps them in a plain object.
 *
 * @typeParam V what the client keeps under a name.
 */
export class HeaderReader<V> implements ReadableHeaders {
  /** How the client keeps a value. */
  protected readonly format: HeaderFormat<V>;
  readonly #headers: Readonly<Record<string, V>> | undefined;

  /**
   * @param headers the client's own; `undefined` where there are none.
   * @param format how the client keeps a value.
   */
  constructor(headers: Readonly<Record<string, V>> | undefined | null, format: HeaderFormat<V>) {
    this.#headers = headers ?? undefined;
    this.format = format;
  }

  /** The client's own headers; `undefined` where there are none. */
  get current(): Readonly<Record<string, V>> | undefined {
    return this.#headers;
  }

  get(name: string): HeaderValue {
    return this.format.read(this.raw(name));
  }

  /** What the client keeps under a name, whatever its case. */
  raw(name: string): V | undefined {
    const { current } = this;
    if (current === undefined) return undefined;
    const exact = Object.hasOwn(current, name) ? current[name] : undefined;
    if (exact !== undefined) return exact;
    for (const key in current) {
      if (isOtherSpelling(key, name) && Object.hasOwn(current, key)) return current[key];
    }
    return undefined;
  }

  names(): string[] {
    return Object.keys(this.current ?? {});
  }
}

/**
 * The headers of a message that is being sent, whose client keeps them in a plain object. It is a lazy copy: the caller's object is
 * read until something is written, and never touched. A client whose headers have limits overrides {@link set} and {@link delete}.
 *
 * @typeParam V what the client keeps under a name.
 *
 * @example
 * const headers = new HeaderRecord(message.headers, plainFormat);
 * headers.set('traceparent', '00-…');
 * const copy = { ...message, headers: headers.current };
 */
export class HeaderRecord<V> extends HeaderReader<V> implements MessageHeaders {
  #written: Record<string, V> | undefined;

  /** The headers as they are to be sent: the caller's own object as long as nothing was written. */
  override get current(): Readonly<Record<string, V>> | undefined {
    return this.#written ?? super.current;
  }

  /** The copy that is to be sent; `undefined` as long as nothing was written or removed. */
  get written(): Readonly<Record<string, V>> | undefined {
    return this.#written;
  }

  /** Sets a header, in place of every spelling of it. */
  set(name: string, text: string): HeaderRefusal | undefined {
    for (const key in this.current) {
      if (isOtherSpelling(key, name)) delete this.#copy()[key];
    }
    this.#copy()[name] = this.format.write(text);
    return undefined;
  }

  /** Removes every spelling of a header. */
  delete(name: string): void {
    for (const key of this.names()) {
      if (key === name || isOtherSpelling(key, name)) delete this.#copy()[key];
    }
  }

  #copy(): Record<string, V> {
    this.#written ??= { ...super.current };
    return this.#written;
  }
}

function isOtherSpelling(key: string, name: string): boolean {
  return key !== name && key.length === name.length && key.toLowerCase() === name;
}
