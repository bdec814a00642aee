import { isDeepStrictEqual } from 'node:util';
import type { Attributes } from '@opentelemetry/api';

/** Attributes that are expected: values, asymmetric matchers, or `undefined` for what must be missing. */
export type ExpectedAttributes = Readonly<Record<string, unknown>>;

/** What Jest, Vitest and others make of `expect.any(Number)` and the like. */
interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
  toAsymmetricMatcher?(): string;
}

/** Says of every expected attribute that is not there what is there instead. */
export function differences(actual: Attributes, expected: ExpectedAttributes): string[] {
  return Object.entries(expected).flatMap(([name, value]) =>
    matches(actual[name], value) ? [] : [`${name} is ${JSON.stringify(actual[name]) ?? 'missing'}`],
  );
}

/** Expected attributes as a person would write them. */
export function showExpected(attributes: ExpectedAttributes): string {
  const entries = Object.entries(attributes).map(([name, value]) => `${name}: ${showValue(value)}`);
  return `{ ${entries.join(', ')} }`;
}

function matches(actual: unknown, expected: unknown): boolean {
  return isMatcher(expected) ? expected.asymmetricMatch(actual) : isDeepStrictEqual(actual, expected);
}

function showValue(value: unknown): string {
  if (isMatcher(value)) return value.toAsymmetricMatcher?.() ?? String(value);
  return JSON.stringify(value) ?? String(value);
}

function isMatcher(value: unknown): value is AsymmetricMatcher {
  return typeof (Object(value) as { asymmetricMatch?: unknown }).asymmetricMatch === 'function';
}
