/** What a number of seconds does not exceed before the year 5138. */
const mostSeconds = 1e11;

/**
 * Reads a time since the epoch of which nothing but its size tells whether it is in seconds, milliseconds or microseconds: a field for
 * seconds in which some senders write the others.
 *
 * @returns in ms; `undefined` where it is none of these.
 *
 * @example
 * get sentAt(): number | undefined {
 *   return epochMs(this.native.properties.timestamp);
 * }
 */
export function epochMs(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  if (value <= mostSeconds) return value * 1_000;
  if (value <= mostSeconds * 1_000) return value;
  return value <= mostSeconds * 1_000_000 ? value / 1_000 : undefined;
}
