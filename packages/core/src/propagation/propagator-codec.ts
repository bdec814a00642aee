import {
  type Context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import type { HeaderReader } from '../messages/header.ts';
import type { ContextCodec, WriteHeader } from './context-codec.ts';
import { headerItems, headerText, isRepeated, lastHeaderText } from './header-text.ts';

/** Speaks the headers of a propagator, such as B3, in place of W3C's. */
export function propagatorCodec(propagator: TextMapPropagator): ContextCodec {
  const headerNames = propagator.fields().map((field) => field.toLowerCase());
  return {
    headerNames,

    extract(message, into, rule, reject) {
      const extracted = propagator.extract(into, message, getter);
      const spanContext = trace.getSpanContext(extracted);
      const valid = spanContext !== undefined && isSpanContextValid(spanContext);
      const malformed =
        !valid && headerNames.some((name) => name !== 'baggage' && message.header(name) !== undefined);
      if (malformed) reject('traceparent', 'malformed');
      return {
        context: filterBaggage(trace.deleteSpan(extracted), rule.accepts),
        spanContext: valid ? spanContext : undefined,
        malformed,
        repeated: headerNames.some((name) => !LISTS.has(name) && isRepeated(message.header(name))),
      };
    },

    creationContext(message) {
      const spanContext = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, message, getter));
      return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
    },

    injectSpan(context, _spanContext, write) {
      propagator.inject(
        context,
        write,
        setter((name) => name !== 'baggage'),
      );
    },

    injectBaggage(context, sends, write) {
      propagator.inject(
        filterBaggage(context, sends),
        write,
        setter((name) => name === 'baggage'),
      );
    },
  };
}

/** Headers that may stand several times, and are then one list. */
const LISTS: ReadonlySet<string> = new Set(['tracestate', 'baggage']);

const getter: TextMapGetter<HeaderReader> = {
  keys: (message) => [...message.headerNames()],
  get(message, name) {
    const key = name.toLowerCase();
    const value = message.header(key);
    if (!LISTS.has(key)) return lastHeaderText(value);
    const texts = headerItems(value).flatMap((item) => headerText(item) ?? []);
    return texts.length > 1 ? texts : texts[0];
  },
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
