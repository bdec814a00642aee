/**
 * A copy of an object of the caller's, with some of its properties changed. What can be read from the object can be read
 * from the copy: also what instances of a class have on their prototype, where a spread does not look.
 *
 * @example
 * const copy = copyWith(message, { headers: headers.current });
 */
export function copyWith<T extends object>(
  object: T,
  changes: { readonly [K in keyof T]?: T[K] | undefined },
): T {
  if (Object.getPrototypeOf(object) === Object.prototype) {
    try {
      return { ...object, ...changes };
    } catch {
      // A getter that throws does so only when its property is read.
    }
  }
  const copy = { ...changes } as T;
  for (const from of prototypeChain(object)) {
    for (const key of Reflect.ownKeys(from)) {
      if (Object.hasOwn(copy, key)) continue;
      // Properties are read lazily from the object itself, because a getter may need its private fields.
      const get = (): unknown => Reflect.get(object, key);
      const enumerable = from === object && Object.prototype.propertyIsEnumerable.call(object, key);
      Object.defineProperty(copy, key, { get, enumerable, configurable: true });
    }
  }
  return copy;
}

function* prototypeChain(object: object): Generator<object> {
  for (
    let at: object | null = object;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    yield at;
  }
}
