import type { JourneyAttributes, JourneyAttributeValue } from '../spans/journey-span.ts';

/** The longest text of an attribute that is kept, in characters. */
const longestText = 4_096;

/** An object of JSON; `undefined` for anything else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** A list of JSON; empty for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text of JSON, cut where it is longer than anybody reads. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? cut(value) : undefined;
}

/** A part of a text would keep all of it in memory, so it is copied. */
function cut(text: string): string {
  if (text.length <= longestText) return text;
  return Buffer.from(text.slice(0, longestText), 'utf16le').toString('utf16le');
}

/** Attributes as lists of OTLP (`key`, `value: { stringValue }`) and of Jaeger (`key`, `type`, `value`) have them. */
export function attributesOf(list: unknown): JourneyAttributes {
  const entries: [string, JourneyAttributeValue][] = [];
  for (const each of listOf(list)) {
    const { key, value } = objectOf(each) ?? {};
    const read = readValue(value);
    if (typeof key === 'string' && read !== undefined) entries.push([cut(key), read]);
  }
  return Object.fromEntries(entries);
}

function readValue(value: unknown): JourneyAttributeValue | undefined {
  const values = objectOf(objectOf(value)?.arrayValue)?.values;
  if (!Array.isArray(values)) return readScalar(value);
  return values.slice(0, longestText).flatMap((each) => readScalar(each) ?? []);
}

/** Maps, and lists in lists, are left out: nothing here reads them, and they may be as deep as somebody likes. */
function readScalar(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return stringOf(value);
  const { stringValue, intValue, doubleValue, boolValue } = objectOf(value) ?? {};
  if (typeof stringValue === 'string') return stringOf(stringValue);
  if (typeof boolValue === 'boolean') return boolValue;
  const number = typeof intValue === 'string' ? Number(intValue) : (intValue ?? doubleValue);
  return typeof number === 'number' ? number : undefined;
}
