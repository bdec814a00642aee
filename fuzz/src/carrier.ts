import { put, throws, type ValueSpec } from './hostile-value.ts';

/** The kinds of objects that headers may be in. */
export const carrierShapes = [
  'plain',
  'frozen',
  'without prototype',
  'inherited',
  'read through a proxy',
  'proxy that throws',
  'list',
  'text',
  'number',
  'null',
  'missing',
] as const;

/** The headers of one message in a generated case. */
export interface CarrierSpec {
  readonly shape: (typeof carrierShapes)[number];
  readonly headers: readonly (readonly [name: string, value: ValueSpec])[];
}

/** Makes the object that a client would hand over as the headers of a message. */
export function makeCarrier({ shape, headers }: CarrierSpec): unknown {
  switch (shape) {
    case 'text':
      return 'traceparent';
    case 'number':
      return 7;
    case 'null':
      return null;
    case 'missing':
      return undefined;
    default: {
      const target = shape === 'list' ? [] : shape === 'without prototype' ? Object.create(null) : {};
      for (const [name, value] of headers) put(target, name, value);
      if (shape === 'frozen') return Object.freeze(target);
      if (shape === 'inherited') return Object.create(target);
      if (shape === 'read through a proxy') return new Proxy(target, {});
      if (shape === 'proxy that throws') return new Proxy(target, { get: throws, ownKeys: throws });
      return target;
    }
  }
}
