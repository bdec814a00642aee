/** Members that a baggage header holds at most. */
const MAX_MEMBERS = 180;

/** Bytes that a baggage header holds at most, commas included. */
const MAX_BYTES = 8192;

/**
 * Counts the members of one baggage header, read or written. The limits are those of the W3C's grammar (180 members) and of
 * what it asks everybody to propagate (8192 bytes; W3C Baggage, section 3.2.2).
 */
export class BaggageLimits {
  #members = 0;
  #bytes = 0;

  /** Counts a member of so many bytes, if it still fits. */
  take(bytes: number): boolean {
    const added = this.#members === 0 ? bytes : bytes + 1;
    if (this.#members === MAX_MEMBERS || this.#bytes + added > MAX_BYTES) return false;
    this.#members++;
    this.#bytes += added;
    return true;
  }
}
