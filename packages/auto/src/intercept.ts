/** Any class, whatever it is made of. */
type AnyClass = abstract new (...parameters: never[]) => object;

/** Any function, whatever it takes. */
type AnyFunction = (...parameters: never[]) => unknown;

/** The parameters of a call, which may be others than its types say. */
type Parameters = readonly unknown[];

/**
 * A class that is the same to everybody, with the same `prototype`, statics, name and subclasses, but for what is made of it.
 *
 * @param made is handed each instance, also one of a subclass, when this class's part of its constructor has run.
 * @param change the parameters that the class is to get instead of those that were passed.
 */
export function interceptClass<C>(
  target: C,
  made: (instance: object) => void,
  change: (parameters: Parameters) => Parameters = (parameters) => parameters,
): C {
  if (typeof target !== 'function') return target;
  return new Proxy(target as unknown as AnyClass, {
    construct(original, parameters, newTarget) {
      const instance = Reflect.construct(original, change(parameters), newTarget);
      made(instance);
      return instance;
    },
  }) as unknown as C;
}

/**
 * A function that is the same to everybody, with the same name, length and properties, but for its calls.
 *
 * @param around is run instead. It gets the parameters, and makes the call with those that it passes.
 */
export function interceptFunction<F>(
  target: F,
  around: (parameters: Parameters, call: (parameters: Parameters) => unknown) => unknown,
): F {
  if (typeof target !== 'function') return target;
  return new Proxy(target as unknown as AnyFunction, {
    apply: (original, self, parameters) =>
      around(parameters, (passed) => Reflect.apply(original, self, passed)),
  }) as unknown as F;
}
