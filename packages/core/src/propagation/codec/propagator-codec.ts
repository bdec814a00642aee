import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { safely } from '../../diag.ts';
import { noKey } from '../../policy/resolve-rule.ts';
import type { HeaderCarrier } from '../../seam/headers.ts';
import type { ContextCodec, WriteHeader } from './context-codec.ts';
import { headerItems, headerText, isRepeated, lastHeaderText } from './header-text.ts';

/** Reads and writes the headers of a propagator, such as B3, instead of W3C's. */
export function propagatorCodec(propagator: TextMapPropagator): ContextCodec {
  const headerNames = fieldsOf(propagator);
  return {
    headerNames,

    extract(message, into, rule, reportProblem) {
      const carrier = rule.accepts === noKey ? withoutBaggage : getter;
      const extracted = extractIn(propagator, into, message, carrier);
      const spanContext = trace.getSpanContext(extracted);
      const valid = spanContext !== undefined && isSpanContextValid(spanContext);
      const malformed =
        !valid && headerNames.some((name) => name !== 'baggage' && isMeantAsContext(message, name));
      if (malformed) reportProblem('traceparent', 'malformed');
      return {
        context:
          rule.trust === 'trusted'
            ? filterBaggage(trace.deleteSpan(extracted), rule.accepts)
            : withBaggageOf(into, filterBaggage(extracted, rule.accepts)),
        spanContext: valid ? spanContext : undefined,
        malformed,
        repeated: headerNames.some((name) => !LISTS.has(name) && isRepeated(message.headers.get(name))),
      };
    },

    read: (message, name) => message.headers.get(name),

    creationContext(message) {
      const spanContext = trace.getSpanContext(extractIn(propagator, ROOT_CONTEXT, message, withoutBaggage));
      return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
    },

    injectSpan(of, _spanContext, write) {
      injectIn(
        propagator,
        of,
        write,
        setter((name) => name !== 'baggage'),
      );
    },

    injectBaggage(of, sends, write) {
      injectIn(
        propagator,
        filterBaggage(of, sends),
        write,
        setter((name) => name === 'baggage'),
      );
    },
  };
}

/**
 * Whether a header is there that should tell of a context. B3 also has headers that say only whether to sample, such as `b3: 0`: where
 * they stand alone, there is no context, and nothing is wrong.
 */
function isMeantAsContext({ headers }: HeaderCarrier, name: string): boolean {
  const value = headers.get(name);
  if (value === undefined || name === 'x-b3-sampled' || name === 'x-b3-flags') return false;
  return name !== 'b3' || !/^[01d]$/.test(lastHeaderText(value) ?? '');
}

/** The names a propagator reads and writes, in lower case; those of W3C where it does not say. */
function fieldsOf(propagator: TextMapPropagator): readonly string[] {
  return safely(
    'Asking a propagator for its fields',
    () => propagator.fields().map((field) => field.toLowerCase()),
    () => W3C_FIELDS,
  );
}

/** Some propagators, such as Sentry's, use the active context instead of the given one. */
function extractIn(
  propagator: TextMapPropagator,
  into: Context,
  message: HeaderCarrier,
  from: TextMapGetter<HeaderCarrier>,
): Context {
  return context.with(into, () => propagator.extract(into, message, from));
}

function injectIn(
  propagator: TextMapPropagator,
  of: Context,
  write: WriteHeader,
  to: TextMapSetter<WriteHeader>,
): void {
  context.with(of, () => propagator.inject(of, write, to));
}

/** Takes only the baggage of an untrusted sender over, and not, for example, a debug flag that the propagator put into the context. */
function withBaggageOf(into: Context, extracted: Context): Context {
  const baggage = propagation.getBaggage(extracted);
  return baggage === undefined ? into : propagation.setBaggage(into, baggage);
}

/** Those of W3C Trace Context and W3C Baggage. */
const W3C_FIELDS = ['traceparent', 'tracestate', 'baggage'];

/** Headers that may be repeated, and then form one list. */
const LISTS: ReadonlySet<string> = new Set(['tracestate', 'baggage']);

const getter: TextMapGetter<HeaderCarrier> = {
  keys: (message) => [...message.headers.names()],
  get(message, name) {
    const key = name.toLowerCase();
    const value = message.headers.get(key);
    if (!LISTS.has(key)) return lastHeaderText(value);
    const texts = headerItems(value).flatMap((item) => headerText(item) ?? []);
    return texts.length > 1 ? texts : texts[0];
  },
};

/** Reads as if there were no baggage. */
const withoutBaggage: TextMapGetter<HeaderCarrier> = {
  keys: (message) => getter.keys(message).filter((name) => name.toLowerCase() !== 'baggage'),
  get: (message, name) => (name.toLowerCase() === 'baggage' ? undefined : getter.get(message, name)),
};

function setter(includes: (name: string) => boolean): TextMapSetter<WriteHeader> {
  return {
    set(write, field, value) {
      const name = field.toLowerCase();
      if (value !== '' && includes(name)) write(name, value);
    },
  };
}

function filterBaggage(context: Context, passes: ((key: string) => boolean) | undefined): Context {
  const baggage = propagation.getBaggage(context);
  if (passes === undefined || baggage === undefined) return context;
  const refused = baggage.getAllEntries().flatMap(([key]) => (passes(key) ? [] : [key]));
  return propagation.setBaggage(context, baggage.removeEntries(...refused));
}
