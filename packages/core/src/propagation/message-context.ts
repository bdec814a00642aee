import {
  type Baggage,
  type Context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api';
import type { RequestedRelation } from '../policy/policy.ts';
import type { Journey } from './journey.ts';

/**
 * A context that keeps what every message has in fields of its own: span, baggage, journey and requested relation.
 *
 * The API's own context copies a map and makes three functions for every value that is set, five times a message; that cost
 * as much as both of its spans.
 */
export class MessageContext implements Context {
  readonly span: Span | undefined;
  readonly baggage: Baggage | undefined;

  /** The journey that a handler running in this context continues. */
  readonly journey: Journey | undefined;

  /** The relation that a sender asks of the consumers of what it publishes in this context. */
  readonly requestedRelation: RequestedRelation | undefined;

  /** The context for all other keys. Its own values of the four are hidden. */
  readonly #rest: Context;

  private constructor(
    rest: Context,
    span: Span | undefined,
    baggage: Baggage | undefined,
    journey: Journey | undefined,
    requestedRelation: RequestedRelation | undefined,
  ) {
    this.#rest = rest;
    this.span = span;
    this.baggage = baggage;
    this.journey = journey;
    this.requestedRelation = requestedRelation;
  }

  /** The root context. Consumers call their handlers in it, and most programs put nothing into contexts but spans and baggage. */
  static readonly #root: MessageContext = new MessageContext(
    ROOT_CONTEXT,
    undefined,
    undefined,
    undefined,
    undefined,
  );

  /** The same context, flat. */
  static of(context: Context): MessageContext {
    if (context === ROOT_CONTEXT) return MessageContext.#root;
    if (context instanceof MessageContext) return context;
    return new MessageContext(
      context,
      trace.getSpan(context),
      propagation.getBaggage(context),
      journeyOf(context),
      context.getValue(requestedRelationKey) as RequestedRelation | undefined,
    );
  }

  /** All of a context but what belongs to a message: span, baggage, journey and requested relation. */
  static without(context: Context): MessageContext {
    const rest = context instanceof MessageContext ? context.#rest : context;
    if (rest === ROOT_CONTEXT) return MessageContext.#root;
    return new MessageContext(rest, undefined, undefined, undefined, undefined);
  }

  withSpan(span: Span | undefined): MessageContext {
    return new MessageContext(this.#rest, span, this.baggage, this.journey, this.requestedRelation);
  }

  /** The same context outside of any span, and on no journey. */
  outsideOfSpans(): MessageContext {
    return new MessageContext(this.#rest, undefined, this.baggage, undefined, this.requestedRelation);
  }

  /** The context of a handler: in the span that handles its message, if there is one, and on the message's journey. */
  handling(span: Span | undefined, journey: Journey): MessageContext {
    return new MessageContext(this.#rest, span, this.baggage, journey, this.requestedRelation);
  }

  /** A context in which what is published asks its consumers for a relation. */
  requesting(requestedRelation: RequestedRelation): MessageContext {
    return new MessageContext(this.#rest, this.span, this.baggage, this.journey, requestedRelation);
  }

  /**
   * The same context, for an SDK. An SDK whose contexts are of a class of its own may keep more in them than values (the agent of New Relic:
   * its transaction); it gets one of that class.
   */
  forSdk(): Context {
    const rest = this.#rest;
    if (rest.constructor === PlainContext) return this;
    const { span, baggage, journey, requestedRelation } = this;
    let context = withValue(rest, baggageKey, baggage);
    context = withValue(context, journeyKey, journey);
    context = withValue(context, requestedRelationKey, requestedRelation);
    return withValue(context, spanKey, span);
  }

  getValue(key: symbol): unknown {
    if (key === spanKey) return this.span;
    if (key === baggageKey) return this.baggage;
    if (key === journeyKey) return this.journey;
    if (key === requestedRelationKey) return this.requestedRelation;
    return this.#rest.getValue(key);
  }

  setValue(key: symbol, value: unknown): MessageContext {
    const { span, baggage, journey, requestedRelation } = this;
    const rest = this.#rest;
    if (key === spanKey) return new MessageContext(rest, value as Span, baggage, journey, requestedRelation);
    if (key === baggageKey)
      return new MessageContext(rest, span, value as Baggage, journey, requestedRelation);
    if (key === journeyKey)
      return new MessageContext(rest, span, baggage, value as Journey, requestedRelation);
    if (key === requestedRelationKey)
      return new MessageContext(rest, span, baggage, journey, value as RequestedRelation);
    return new MessageContext(rest.setValue(key, value), span, baggage, journey, requestedRelation);
  }

  deleteValue(key: symbol): MessageContext {
    if (key === spanKey || key === baggageKey || key === journeyKey || key === requestedRelationKey) {
      return this.setValue(key, undefined);
    }
    return new MessageContext(
      this.#rest.deleteValue(key),
      this.span,
      this.baggage,
      this.journey,
      this.requestedRelation,
    );
  }
}

/** The journey that a handler continues which runs in a context; `undefined` outside of handlers. */
export function journeyOf(context: Context): Journey | undefined {
  return context.getValue(journeyKey) as Journey | undefined;
}

const journeyKey = createContextKey('waybill.journey');
const requestedRelationKey = createContextKey('waybill.requested-relation');

/** The class of the API's own contexts. */
const PlainContext = ROOT_CONTEXT.constructor;

function withValue(context: Context, key: symbol, value: unknown): Context {
  if (context.getValue(key) === value) return context;
  return value === undefined ? context.deleteValue(key) : context.setValue(key, value);
}

/** The private keys of the API, which it passes to any context. */
const spanKey = contextKeyOf((context) => trace.deleteSpan(context));
const baggageKey = contextKeyOf((context) => propagation.deleteBaggage(context));

function contextKeyOf(remove: (context: Context) => Context): symbol {
  let told: symbol | undefined;
  const listening: Context = {
    getValue: () => undefined,
    setValue: () => listening,
    deleteValue(key) {
      told = key;
      return listening;
    },
  };
  remove(listening);
  return told as symbol;
}
