import type { TextMapPropagator } from '@opentelemetry/api';
import type { MessageView } from '../seam/message-view.ts';
import type { Duration } from './duration.ts';

/**
 * How the span of a consumer relates to the trace of the message it handles: its child (`parent`: the message's context is
 * the parent), a new trace that links back (`link`), a child of the span that is active where the message is handled, with a
 * link to the message's context (`ambient`), or a new trace without a link (`none`).
 *
 * `parent`, `link` and `none` are the outcomes CONTINUE, RESTART_WITH_LINK and RESTART_WITHOUT_LINK of OpenTelemetry's proposal for
 * a trace continuation strategy. `ambient` is what the messaging conventions describe for a consumer inside another span (semantic
 * conventions 1.45, messaging spans, trace structure).
 */
export type Relation = 'parent' | 'link' | 'ambient' | 'none';

/** What a sender may ask of the consumers of a message: a relation that does not depend on where they handle it. */
export type RequestedRelation = Exclude<Relation, 'ambient'>;

/**
 * Decides for one message. `'auto'` leaves it to the message's age.
 *
 * `createWaybill` calls it once with a message that has no headers, to check that it answers with a relation. If it throws or
 * answers anything else for a real message, the policy's default applies to that message.
 *
 * @param message the message; its headers are raw.
 * @param age how long ago it was published, in ms; `undefined` where that is not known.
 */
export type RelationFunction = (message: MessageView, age: number | undefined) => Relation | 'auto';

/** The rule for the messages of one queue, or of all queues that a pattern matches. The policy's default fills in the rest. */
export interface QueueRule {
  /**
   * How consumers relate to the message's trace. Default `'auto'`: `parent` up to {@link linkAfter}, then {@link late}.
   *
   * `'ambient'`: a child of the span that is active where the message is handled, such as that of a Lambda invocation, with a link to
   * the message's context. Where no span is active, or the active one has ended, it is a new trace with that link.
   *
   * Where neither a rule nor the policy names a relation, a message that a function is invoked with is `'ambient'` inside the span of its
   * invocation.
   */
  readonly relation?: Relation | 'auto' | RelationFunction | undefined;

  /** The age up to which a message's consumer is still a child. Default `'1m'`. */
  readonly linkAfter?: Duration | undefined;

  /**
   * What becomes of a message that is older than {@link linkAfter} where the relation is `'auto'`: a new trace with a link (`'link'`),
   * or `'ambient'` as in {@link relation}. Default `'link'`.
   */
  readonly late?: 'link' | 'ambient' | undefined;

  /**
   * Whether second and later deliveries of a message are decided on as the first one is (`'same'`), or each is a new trace that links to
   * the message's context and to the delivery before (`'link'`). A relation `'none'` stays `'none'`. Default `'same'`.
   */
  readonly retries?: 'same' | 'link' | undefined;

  /**
   * What a message's age is counted from: when it was `'published'`, or when it was `'due'`, which leaves out the delay that its
   * sender wanted. Default `'published'`.
   */
  readonly ageFrom?: 'published' | 'due' | undefined;

  /**
   * Whether senders are trusted. The trace of an `'untrusted'` one is never continued (the relation is `link` at most). Its publish
   * time, journey and requested relation are ignored, and so is baggage that `baggage.accept` does not name. Default `'trusted'`.
   */
  readonly trust?: 'trusted' | 'untrusted' | undefined;

  /** Which baggage keys cross this queue. `*` stands for any run of characters, `?` for one. */
  readonly baggage?: BaggageRule | undefined;

  /**
   * Whether Waybill makes spans for the queue. With `false`, contexts and baggage are sent and taken over as ever, and metrics are
   * recorded. A link has nowhere to stand then: what a handler does that is no child begins a trace without one. Default `true`.
   */
  readonly spans?: boolean | undefined;

  /**
   * Whether contexts cross the queue. With `false`, nothing of ours is written to its messages or read from them: neither context,
   * journey and time nor baggage. Spans are made as ever. Headers that a handler copies from the message that it handles are
   * taken out. Default `true`.
   */
  readonly propagate?: boolean | undefined;

  /**
   * What happens where the span would be a child in a trace that is not sampled: a span is asked for as ever (`'span'`), or none is
   * made at all and the context goes on as it is (`'pass-on'`), which costs less. Metrics are recorded. A sampler is then not asked, so one
   * that would keep such a span has no say. New traces are not affected. Default `'span'`.
   */
  readonly unsampled?: 'span' | 'pass-on' | undefined;

  /**
   * The names of the headers that a context in the format of `traceparent` is read from: the first that has a valid one wins. Of a
   * name that ends in `traceparent`, the trace state is read from the one with `tracestate` in its place. Two wrappings are undone: the quotes
   * of a JSON text, and the encoding of AMQP, which the Kafka endpoint of Azure Event Hubs leaves. What is written stays `traceparent`.
   * Default `['traceparent']`, without wrappings.
   */
  readonly accept?: readonly string[] | undefined;

  /**
   * The format of an envelope inside the body in which headers stand, where a message has no context of its own: one that the adapter
   * of the broker knows, such as `'sns'`, `'eventbridge'` and `'auto'` on SQS. Bodies are parsed only where a rule says so, and never changed.
   * With a size of its own: `{ format: 'auto', maxBytes: 65_536 }`. Default: bodies are not looked at.
   */
  readonly envelope?: string | EnvelopeRule | undefined;

  /** Reads and writes the headers of the queue's messages in place of those of W3C, such as those of B3. Default: that of `createWaybill`. */
  readonly propagator?: TextMapPropagator | undefined;

  /**
   * A template for names without end, such as `'orders.{id}'` for `orders.4711`. `{…}` stands for one or more characters but `.`, `:` and
   * `/`. Spans of destinations that it fits are named by it, and metrics have it in place of the destination. Default: none.
   */
  readonly name?: string | undefined;

  /** Which headers are left out of messages, where bytes are dear. Default: none is. */
  readonly carrier?: CarrierRule | undefined;
}

/** An envelope inside the body, and how much of it is read. */
export interface EnvelopeRule {
  /** One that the adapter of the broker knows. */
  readonly format: string;

  /** The longest body that is parsed, in bytes. A whole number from 1. Default 262,144 (256 KiB). */
  readonly maxBytes?: number | undefined;
}

/** Which headers publishers write beside the context. */
export interface CarrierRule {
  /** Whether baggage is written. Default `true`. */
  readonly baggage?: boolean | undefined;

  /**
   * Whether our own header is written. Without it, consumers take the age from the broker, the journey from the trace id, and cannot be asked
   * for a relation. Default `true`.
   */
  readonly waybill?: boolean | undefined;
}

/** Which baggage keys may pass, by direction. */
export interface BaggageRule {
  /** Keys that consumers take over. Default: all from trusted senders, none from untrusted ones. */
  readonly accept?: readonly string[] | undefined;

  /** Keys that publishers send. Default: all. */
  readonly send?: readonly string[] | undefined;
}

/**
 * The rules by which consumers join, link to or leave the traces of the messages they handle: the default for every queue,
 * and {@link queues} for those that differ.
 *
 * @example
 * const policy: WaybillPolicy = {
 *   linkAfter: '1m',
 *   queues: {
 *     orders: { relation: 'parent' },
 *     'reports.*': { linkAfter: '30s' },
 *     'kafka:partner-*': { trust: 'untrusted', baggage: { accept: ['tenant.id'] } },
 *   },
 * };
 */
export interface WaybillPolicy extends QueueRule {
  /**
   * Rules by the name of a queue, topic or exchange, or by a pattern in which `*` stands for any run of characters and
   * `?` for one. An exact name wins over every pattern; of patterns, the one with most literal characters,
   * and of those the one with fewest stars. The name of a
   * messaging system and a colon may stand before either (`kafka:orders`) and wins over the same name without.
   */
  readonly queues?: Readonly<Record<string, QueueRule>> | undefined;

  /**
   * Whether Waybill does anything. With `false`, clients are as they are without it: no spans, no metrics, no headers, no middleware.
   * The environment variable `WAYBILL_DISABLED=true` does the same, whatever the policy says. Default `true`.
   */
  readonly enabled?: boolean | undefined;
}
