import { type Context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';
import type { OutgoingMessage } from '../messages/outgoing-message.ts';
import type { Relation } from '../policy/policy.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import { safely } from '../telemetry/report.ts';
import type { ContextCodec, WriteHeader } from './context-codec.ts';
import { journeyOf } from './journey.ts';
import type { Reject } from './rejection.ts';
import { formatWaybillHeader } from './waybill-header.ts';

/** What a message is given along. */
export interface Injection {
  readonly codec: ContextCodec;
  readonly rule: ResolvedRule;

  /** The publish time, in ms since the epoch. */
  readonly now: number;

  /** The relation asked of the consumers. */
  readonly wish: Relation | undefined;

  readonly reject: Reject;
}

/**
 * The creation context that the caller put into a message, which is to be kept; `undefined` where there is none.
 *
 * A message that carries the context which the message now being handled arrived with is a copy that is forwarded: the
 * current span takes the place of that context, so that the chain goes on.
 */
export function keptContext(
  message: OutgoingMessage,
  active: Context,
  codec: ContextCodec,
): SpanContext | undefined {
  return safely('Reading the headers of a message to be sent', () => {
    const created = codec.creationContext(message);
    return created !== undefined && journeyOf(active)?.arrivedWith(created) ? undefined : created;
  });
}

/**
 * Writes a context into a message, the most important header first, so that what a full message refuses is, in this
 * order, the baggage, our own header, the tracestate, and the traceparent last. Where there is no span to write, as
 * without an SDK, the message keeps what it has.
 */
export function inject(message: OutgoingMessage, context: Context, injection: Injection): void {
  guarded(injection.reject, () => {
    const { codec, rule, reject } = injection;
    const write = writer(message, reject);
    const spanContext = validSpanContext(context);
    if (spanContext !== undefined) {
      safely('Clearing old headers', () => clear(message, codec));
      codec.injectSpan(context, write);
      writeWaybillHeader(write, spanContext, journeyOf(context)?.id ?? spanContext.traceId, injection);
    }
    if (message.header('baggage') === undefined) codec.injectBaggage(context, rule.sends, write, reject);
  });
}

/** Adds our own header to a message whose creation context is the caller's. All that the caller wrote stays. */
export function injectBeside(
  message: OutgoingMessage,
  kept: SpanContext,
  context: Context,
  injection: Injection,
): void {
  guarded(injection.reject, () => {
    if (message.header('waybill') !== undefined || validSpanContext(context) === undefined) return;
    const write = writer(message, injection.reject);
    writeWaybillHeader(write, kept, journeyOf(context)?.id ?? kept.traceId, injection);
  });
}

/** Removes what is malformed, or, where the message is forwarded, all that belongs to its last hop. */
function clear(message: OutgoingMessage, codec: ContextCodec): void {
  const forwarded = codec.creationContext(message) !== undefined;
  for (const name of [...codec.headerNames, 'waybill']) {
    const stale = forwarded || name !== 'baggage';
    if (stale && message.header(name) !== undefined) message.deleteHeader(name);
  }
}

function validSpanContext(context: Context): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context);
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}

function writeWaybillHeader(
  write: WriteHeader,
  spanContext: SpanContext,
  journeyId: string,
  injection: Injection,
): void {
  const { now, wish } = injection;
  const header = { sentAt: now, journeyId, spanId: spanContext.spanId };
  write('waybill', formatWaybillHeader(wish === undefined ? header : { ...header, wish }));
}

function writer(message: OutgoingMessage, reject: Reject): WriteHeader {
  return (name, value) => {
    const refusal = message.setHeader(name, value);
    if (refusal !== undefined) reject(name, refusal);
  };
}

function guarded(reject: Reject, write: () => void): void {
  safely('Injecting a context', write, () => reject('traceparent', 'error'));
}
