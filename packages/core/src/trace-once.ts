const mark = Symbol.for('waybill.traced');

/**
 * Makes a client traced, in place: what the application holds is still its client, with its identity and its types.
 * A client that is traced already stays as it is, so that wrapping twice is the same as once.
 *
 * @param trace overrides methods of the client; see {@link overrideMethod}.
 * @returns the client.
 */
export function traceOnce<T extends object>(client: T, trace: () => void): T {
  if (mark in client) return client;
  Object.defineProperty(client, mark, { value: true });
  trace();
  return client;
}

/**
 * Replaces a method on one instance. The replacement has the name, the number of parameters and the enumerability that the
 * method had.
 *
 * @param wrap gets the client's own method, to be called with the client as `this`.
 */
export function overrideMethod<T extends object, K extends keyof T>(
  client: T,
  name: K,
  wrap: (original: T[K] & CallableFunction) => T[K],
): void {
  const original = client[name] as T[K] & CallableFunction;
  const replacement = wrap(original);
  Object.defineProperties(replacement, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  });
  Object.defineProperty(client, name, {
    value: replacement,
    writable: true,
    configurable: true,
    enumerable: Object.getOwnPropertyDescriptor(client, name)?.enumerable ?? false,
  });
}
