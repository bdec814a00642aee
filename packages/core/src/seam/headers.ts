/** One value of a header as a client hands it over: text, or the bytes of UTF-8 text. */
export type HeaderItem = string | Uint8Array;

/** All values of one header name. Several, where the broker allows a name to be repeated; `undefined` where there is none. */
export type HeaderValue = HeaderItem | readonly HeaderItem[] | undefined;

/**
 * Why a header could not be written: the message has no room (`limit`), the broker takes no empty value (`empty`), or the
 * place belongs to somebody else (`foreign`).
 */
export type HeaderRefusal = 'limit' | 'empty' | 'foreign';

/** The headers of a message, as they are: raw values, which core decodes, once for all brokers. */
export interface ReadableHeaders {
  /**
   * Every value of a header.
   *
   * @param name in lower case; matched without regard to case.
   */
  get(name: string): HeaderValue;

  /** The names of all headers, spelt as they are. */
  names(): Iterable<string>;
}

/**
 * The headers of a message that is being sent. They are a lazy copy: what is written shows in what the client sends, and never in the
 * objects that the caller passed.
 */
export interface MessageHeaders extends ReadableHeaders {
  /**
   * Sets a header, in place of all values the name had.
   *
   * @param name in lower case.
   * @returns why it was refused; `undefined` when it was written.
   */
  set(name: string, value: string): HeaderRefusal | undefined;

  /** Removes every value of a header. */
  delete(name: string): void;
}

/** What carries headers. */
export interface HeaderCarrier {
  readonly headers: ReadableHeaders;
}
