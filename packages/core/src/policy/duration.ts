/**
 * A length of time: a number of milliseconds, or text with a unit, such as `'500ms'`, `'30s'`, `'1m'`, `'2h'` or `'7d'`.
 * Zero or more, fractions allowed.
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** How a duration is written, for error messages. */
export const durationForms = "'500ms', '30s', '1m', '2h', '7d' or a number of milliseconds, zero or more";

/** A duration in milliseconds, or `undefined` if it is not one. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const duration = Number(amount) * (millisecondsIn[unit] ?? Number.NaN);
  return Number.isFinite(duration) ? duration : undefined;
}

const millisecondsIn: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
