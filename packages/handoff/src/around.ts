/** A function that is called like another one, and calls it inside of something. */
export function around<F extends (...parameters: never[]) => unknown>(
  callback: F,
  inside: (call: () => unknown) => unknown,
): F {
  // Whoever is to call it says what is wrong with it.
  if (typeof callback !== 'function') return callback;
  const original = callback as unknown as (...parameters: unknown[]) => unknown;
  const wrapped = {
    callback(this: unknown, ...parameters: unknown[]): unknown {
      return inside(() => original.apply(this, parameters));
    },
  }.callback;
  Object.defineProperties(wrapped, {
    name: { value: callback.name, configurable: true },
    length: { value: callback.length, configurable: true },
  });
  return wrapped as unknown as F;
}
