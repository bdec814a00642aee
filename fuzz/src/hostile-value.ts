/** Values that JSON cannot express. `getter that throws` is made when the value is put into an object. */
export const odds = [
  'undefined',
  'null',
  'true',
  'not a number',
  'large number',
  'negative number',
  'bigint',
  'symbol',
  'function',
  'date',
  'map',
  'cyclic object',
  'cyclic list',
  'object without prototype',
  'text that cannot be converted',
  'proxy that throws',
  'list behind a proxy that throws',
  'bytes behind a proxy',
  'revoked proxy',
  'detached bytes',
  'broken UTF-8',
  'list with a hole',
  'thenable that throws',
  'object that throws when read',
  'getter that throws',
] as const;
export type Odd = (typeof odds)[number];

/** A value in a generated case. It is plain data, so a failing case can be printed and read. */
export type ValueSpec =
  | { readonly text: string }
  | { readonly bytes: readonly number[] }
  | { readonly json: unknown }
  | { readonly odd: Odd }
  | { readonly list: readonly ValueSpec[] }
  | { readonly copies: number; readonly of: ValueSpec }
  /** A run of one piece of text with an end of its own, as text or as bytes. */
  | { readonly run: string; readonly length: number; readonly end: string; readonly as: 'text' | 'bytes' };

const made: Readonly<Record<Exclude<Odd, 'getter that throws'>, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  'not a number': () => Number.NaN,
  'large number': () => 2 ** 60,
  'negative number': () => -1.5,
  bigint: () => 2n ** 70n,
  symbol: () => Symbol('hostile'),
  function: () => () => 'called',
  date: () => new Date(Number.NaN),
  map: () => new Map([['traceparent', '00']]),
  'cyclic object': () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    return cyclic;
  },
  'cyclic list': () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    return cyclic;
  },
  'object without prototype': () => Object.create(null),
  'text that cannot be converted': () => ({ toString: throws, toJSON: throws, valueOf: throws }),
  'proxy that throws': () => throwingProxy({}),
  'list behind a proxy that throws': () => throwingProxy([]),
  'bytes behind a proxy': () => new Proxy(Buffer.from('a=1'), {}),
  'revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'detached bytes': () => {
    const bytes = new Uint8Array(64);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return bytes;
  },
  'broken UTF-8': () => Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf4, 0x90]),
  'list with a hole': () => Object.assign([], { 1: 'a=1', length: 2 }),
  'thenable that throws': () => Object.defineProperty({}, 'then', { get: throws }),
  'object that throws when read': () => ({
    get value(): never {
      return throws();
    },
    get message(): never {
      return throws();
    },
    get name(): never {
      return throws();
    },
  }),
};

/** What a hostile getter does. */
export function throws(): never {
  throw new Error('a hostile getter');
}

/** Makes a value. A getter that throws becomes `undefined` if there is no object for it. */
export function makeValue(spec: ValueSpec): unknown {
  if ('text' in spec) return spec.text;
  if ('bytes' in spec) return Buffer.from(spec.bytes);
  if ('json' in spec) return spec.json;
  if ('copies' in spec) return Array.from({ length: spec.copies }, () => makeValue(spec.of));
  if ('run' in spec) {
    const text = spec.run.repeat(Math.ceil(spec.length / spec.run.length)) + spec.end;
    // A client's text is in one piece, but `repeat` joins its pieces only when the text is first read.
    return spec.as === 'text' ? Buffer.from(text, 'utf16le').toString('utf16le') : Buffer.from(text);
  }
  if ('list' in spec) {
    const list: unknown[] = [];
    for (const [index, item] of spec.list.entries()) put(list, String(index), item);
    return list;
  }
  return spec.odd === 'getter that throws' ? undefined : made[spec.odd]();
}

/** Puts a value under a name of an object, whatever the name: `__proto__` is a name like any other. */
export function put(target: object, name: string, spec: ValueSpec): void {
  const isGetter = 'odd' in spec && spec.odd === 'getter that throws';
  Object.defineProperty(target, name, {
    ...(isGetter ? { get: throws } : { value: makeValue(spec), writable: true }),
    enumerable: true,
    configurable: true,
  });
}

/** About how many bytes a value has. */
export function sizeOf(spec: ValueSpec): number {
  if ('text' in spec) return spec.text.length;
  if ('bytes' in spec) return spec.bytes.length;
  if ('run' in spec) return spec.length;
  if ('copies' in spec) return spec.copies * (8 + sizeOf(spec.of));
  if ('list' in spec) return spec.list.reduce((sum, item) => sum + sizeOf(item), 0);
  return 16;
}

function throwingProxy<T extends object>(target: T): T {
  return new Proxy(target, { get: throws, has: throws, ownKeys: throws, getOwnPropertyDescriptor: throws });
}
