/** A wrong use, the code that it ends in, and the same as the entry under that code says. */
export interface WrongUse {
  readonly what: string;
  readonly code: string;
  use(): unknown;

  /** Nothing is said of it. */
  mended(): unknown;
}
