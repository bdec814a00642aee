import type { FoundJourney } from '@waybill/journey/sources';
import { UsageError } from './command.ts';

/** The headers of `--header`, which may be repeated. */
export function headersOf(texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(texts.map(headerOf));
}

function headerOf(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon)).trim();
  const value = text.slice(colon + 1).trim();
  try {
    new Headers({ [name]: value });
  } catch {
    // The value may be a secret.
    throw new UsageError(`--header ${JSON.stringify(name)} is no header. Write --header 'NAME: VALUE'.`);
  }
  return [name, value];
}

/** The number of an option, from 1. */
export function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw new UsageError(`--${option} ${JSON.stringify(text)} is no number from 1.`);
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The duration of an option, in ms. */
export function durationOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,6})(ms|[smhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * units[unit as keyof typeof units];
  throw new UsageError(`--${option} ${JSON.stringify(text)} is no duration. Write '30m', '24h' or '7d'.`);
}

/** Tells in sentences what of a source was not looked at. */
export function leftOutTexts({
  leftOut,
  unreadTraces,
}: Pick<FoundJourney, 'leftOut' | 'unreadTraces'>): string[] {
  const { invalidSpans, repeatedSpans, excessSpans, invalidLinks, excessLinks } = leftOut;
  const counts: readonly (readonly [number, string])[] = [
    [unreadTraces, 'more traces were not read: the limit of --traces, or of spans, is reached'],
    [invalidSpans, 'spans were left out, as their ids or times are none'],
    [repeatedSpans, 'spans were there more than once'],
    [excessSpans, 'spans are more than can be drawn, and were left out'],
    [invalidLinks, 'links lead to ids that are none'],
    [excessLinks, 'links are more than can be followed, and were left out'],
  ];
  return counts.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}.`);
}
