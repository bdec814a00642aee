import type { HeaderCarrier, HeaderValue, ReadableHeaders } from '../../seam/headers.ts';
import type { ContextCodec } from './context-codec.ts';
import { parseTraceparent } from './traceparent.ts';
import { unwrapped } from './wrapped-text.ts';

/**
 * Reads contexts also under other names than `traceparent`, and without the wrappings that clients and brokers put around them. What it
 * writes is what W3C's codec writes.
 *
 * @param names in lower case; the first that has a valid context wins.
 */
export function acceptingCodec(w3c: ContextCodec, names: readonly string[]): ContextCodec {
  const read = (message: HeaderCarrier): HeaderCarrier => ({
    headers: new AcceptedHeaders(message.headers, names),
  });
  const states = names.flatMap((name) => stateBeside(name) ?? []);
  return {
    headerNames: [...new Set([...w3c.headerNames, ...names, ...states])],
    extract: (message, ...rest) => w3c.extract(read(message), ...rest),
    creationContext: (message) => w3c.creationContext(read(message)),
    read: (message, name) => unwrapped(message.headers.get(name)),
    injectSpan: (...args) => w3c.injectSpan(...args),
    injectBaggage: (...args) => w3c.injectBaggage(...args),
  };
}

/** The name of the trace state that stands beside a context: `ce_tracestate` beside `ce_traceparent`. */
function stateBeside(name: string): string | undefined {
  return name.endsWith('traceparent') ? name.replace(/traceparent$/, 'tracestate') : undefined;
}

/** Headers as W3C's codec looks for them. */
class AcceptedHeaders implements ReadableHeaders {
  readonly #headers: ReadableHeaders;
  readonly #names: readonly string[];
  #found: { readonly name: string | undefined; readonly value: HeaderValue } | undefined;

  constructor(headers: ReadableHeaders, names: readonly string[]) {
    this.#headers = headers;
    this.#names = names;
  }

  get(name: string): HeaderValue {
    if (name !== 'traceparent' && name !== 'tracestate') return unwrapped(this.#headers.get(name));
    this.#found ??= this.#find();
    if (name === 'traceparent') return this.#found.value;
    const state = this.#found.name && stateBeside(this.#found.name);
    return state === undefined ? undefined : unwrapped(this.#headers.get(state));
  }

  names(): Iterable<string> {
    return this.#headers.names();
  }

  /** The first name with a valid context; without one, the first that there is, for it to be told that it is malformed. */
  #find(): { readonly name: string | undefined; readonly value: HeaderValue } {
    let malformed: { readonly name: string; readonly value: HeaderValue } | undefined;
    for (const name of this.#names) {
      const value = unwrapped(this.#headers.get(name));
      if (value === undefined) continue;
      if (parseTraceparent(value) !== undefined) return { name, value };
      malformed ??= { name, value };
    }
    return malformed ?? { name: undefined, value: undefined };
  }
}
