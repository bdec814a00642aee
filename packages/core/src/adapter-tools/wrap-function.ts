/** Any function, whatever it takes. */
type AnyFunction = (...parameters: never[]) => unknown;

/**
 * A function that stands for another one: it has the name, the number of parameters and the properties that the other has at this
 * moment, and it is called with the same `this`. It is no constructor.
 *
 * @param original the function; what is none comes back as it is, for whoever is to call it to refuse.
 * @param around is run instead. It gets the call that was made, and its parameters. What it returns or throws goes to the caller.
 *
 * @example
 * return wrapFunction(processor, (call, [job]) => instrumenter.process(deliveryOf(job), call));
 */
export function wrapFunction<F extends AnyFunction>(
  original: F,
  around: (call: () => unknown, parameters: Parameters<F>) => unknown,
): F {
  if (typeof original !== 'function') return original;
  const wrapper = {
    wrapped(this: unknown, ...parameters: Parameters<F>): unknown {
      return around(() => original.apply(this, parameters), parameters);
    },
  };
  return copySignature(Object.assign(wrapper.wrapped, original), original) as unknown as F;
}

/** Gives a function the name and the number of parameters of another one. */
export function copySignature<F extends object>(to: F, { name, length }: CallableFunction): F {
  return Object.defineProperties(to, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  });
}
