import { inspect, isDeepStrictEqual, types } from 'node:util';

/** What a call ended with. */
export type Settled = { readonly value: unknown } | { readonly error: unknown };

/** Makes a call and waits for its promise, if it returns one. No other result is checked for a `then`. */
export async function settle(call: () => unknown): Promise<Settled> {
  try {
    const returned = call();
    return { value: types.isPromise(returned) ? await returned : returned };
  } catch (error) {
    return { error };
  }
}

/** The fields of an object as they are, without running any code of it; `undefined` where that cannot be had. */
export function snapshot(value: unknown): ReadonlyMap<PropertyKey, unknown> | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  const fields = new Map<PropertyKey, unknown>();
  for (const key of Reflect.ownKeys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key);
    fields.set(key, field !== undefined && 'value' in field ? field.value : field?.get);
  }
  return fields;
}

/** Whether fields differ between two snapshots. */
export function isChanged(
  before: ReadonlyMap<PropertyKey, unknown> | undefined,
  after: ReadonlyMap<PropertyKey, unknown> | undefined,
): boolean {
  if (before === undefined || after === undefined) return before !== after;
  if (before.size !== after.size) return true;
  return [...before].some(([key, value]) => !Object.is(value, after.get(key)));
}

/** The values of an object by their names in lower case. What throws when it is read is left out. */
export function recordOf(headers: unknown): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  if (typeof headers !== 'object' || headers === null) return values;
  try {
    for (const name in headers) {
      try {
        values.set(name.toLowerCase(), (headers as Record<string, unknown>)[name]);
      } catch {
        values.set(name.toLowerCase(), unreadable);
      }
    }
  } catch {
    // Then the client cannot read them either.
  }
  return values;
}

/** Whether two values are the same or have the same text. */
export function isSame(one: unknown, other: unknown): boolean {
  try {
    return Object.is(one, other) || (typeof one === 'object' && isDeepStrictEqual(one, other));
  } catch {
    return false;
  }
}

/** Replaces a value that throws when it is read. */
export const unreadable: unique symbol = Symbol('unreadable');

/** A value for a person to read. */
export function describe(value: unknown): string {
  try {
    if (value instanceof Error) return (value.stack ?? value.message).split('\n').slice(0, 6).join('\n');
    return inspect(value, { depth: 1, breakLength: 120, maxStringLength: 200 });
  } catch {
    return 'something that cannot be shown';
  }
}
