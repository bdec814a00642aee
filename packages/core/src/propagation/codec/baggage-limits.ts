/** Members that a baggage header holds at most. */
const MAX_MEMBERS = 180;

/** Bytes that a baggage header holds at most, commas included. */
export const MAX_BYTES = 8192;

/**
 * Counts the members of one baggage header, read or written. The limits are those of the W3C's grammar (180 members) and of
 * what it asks everybody to propagate (8192 bytes; W3C Baggage, section 3.2.2).
 */
export class BaggageLimits {
  #members = 0;
  #bytes = 0;

  /** Whether a member of so many bytes still fits. */
  fits(bytes: number): boolean {
    return this.#members < MAX_MEMBERS && this.#bytes + this.#added(bytes) <= MAX_BYTES;
  }

  /** Counts a member. */
  take(bytes: number): void {
    this.#members++;
    this.pass(bytes);
  }

  /** Counts a member that was read and not taken: only so many bytes are read. */
  pass(bytes: number): void {
    this.#bytes += this.#added(bytes);
  }

  #added(bytes: number): number {
    return this.#bytes === 0 ? bytes : bytes + 1;
  }
}
