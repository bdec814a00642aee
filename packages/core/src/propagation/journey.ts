import { type Context, createContextKey, type SpanContext } from '@opentelemetry/api';

/** What the context of a handler remembers of the message it handles. It holds ids, never the message. */
export interface Journey {
  /** The trace id of the first trace of the chain that the message belongs to; `undefined` where there is no trace. */
  readonly id: string | undefined;

  /** Whether this is a context that one of the messages being handled arrived with. */
  arrivedWith(spanContext: SpanContext): boolean;
}

const key = createContextKey('waybill.journey');

/** The journey that a handler running in this context continues. */
export function journeyOf(context: Context): Journey | undefined {
  return context.getValue(key) as Journey | undefined;
}

/** A context in which what is published continues this journey. */
export function withJourney(context: Context, journey: Journey): Context {
  return context.setValue(key, journey);
}

/** A context that knows of no journey. */
export function withoutJourney(context: Context): Context {
  return context.deleteValue(key);
}
