/** One value of a header as a client hands it over: text, or the bytes of UTF-8 text. */
export type HeaderItem = string | Uint8Array;

/** All values of one header name. Several, where the broker allows a name to be repeated; `undefined` where there is none. */
export type HeaderValue = HeaderItem | readonly HeaderItem[] | undefined;

/**
 * Reads the headers of a message as they are. An adapter hands over raw values; decoding is core's, once for all brokers.
 */
export interface HeaderReader {
  /**
   * Every value of a header.
   *
   * @param name in lower case; matched without regard to case.
   */
  header(name: string): HeaderValue;

  /** The names of all headers, spelt as they are. */
  headerNames(): Iterable<string>;
}
