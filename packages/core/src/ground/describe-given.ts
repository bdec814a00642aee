/** A few words on what an argument is, for errors about wrong use: `undefined`, `a promise`, `an object of Kafka`. Never throws. */
export function describeGiven(value: unknown): string {
  try {
    if (value === null || value === undefined) return String(value);
    if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
    if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
    if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`;
    if (value instanceof Promise) return 'a promise';
    if (Array.isArray(value)) return 'an array';
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' && name !== '' && name !== 'Object'
      ? `an object of ${name}`
      : 'an object';
  } catch {
    return 'an object';
  }
}
