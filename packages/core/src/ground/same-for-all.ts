/** What `of` says of all values alike; `undefined` where they differ, or where there are none. */
export function sameForAll<T>(values: readonly T[], of: (value: T) => string): string | undefined {
  const [first] = values;
  if (first === undefined) return undefined;
  const value = of(first);
  return values.every((other) => of(other) === value) ? value : undefined;
}
