import type { SpanContext } from '@opentelemetry/api';
import { reportFailure } from '../diag.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { OutgoingMessage } from '../seam/outgoing-message.ts';
import type { ContextCodec, ReportProblem, WriteHeader } from './codec/context-codec.ts';
import { formatWaybillHeader } from './codec/waybill-header.ts';
import type { MessageContext } from './message-context.ts';

/** How the messages of a queue carry contexts. */
export interface Carriage {
  readonly codec: ContextCodec;
  readonly rule: ResolvedRule;
  readonly reportProblem: ReportProblem;
}

/**
 * The creation context that the caller put into a message, which is to be kept; `undefined` where there is none, and where contexts are not
 * looked at.
 *
 * A message that carries the context of the message being handled is a forwarded copy: the current span replaces that context,
 * so the chain goes on.
 */
export function existingContext(
  message: OutgoingMessage,
  { journey }: MessageContext,
  { codec, rule }: Carriage,
): SpanContext | undefined {
  if (!rule.propagate) return undefined;
  try {
    const created = codec.creationContext(message);
    return created !== undefined && journey?.arrivedWith(created) ? undefined : created;
  } catch (error) {
    reportFailure('Reading the headers of a message to be sent', error);
    return undefined;
  }
}

/**
 * Writes a context into a message, the most important header first, so a full message refuses the baggage first, then our own
 * header, the tracestate, and the traceparent last. Without a span to write, the message keeps its headers.
 *
 * @param context the one to write.
 * @param spanContext the span of it; `undefined` where there is none to write, as without an SDK.
 * @param now the publish time, in ms since the epoch.
 * @param existing the creation context of the caller's, beside which only our own header is written.
 */
export function inject(
  message: OutgoingMessage,
  carriage: Carriage,
  context: MessageContext,
  spanContext: SpanContext | undefined,
  now: number,
  existing?: SpanContext | undefined,
): void {
  const { codec, rule, reportProblem } = carriage;
  if (!rule.propagate) {
    withhold(message, codec, context);
    return;
  }
  const isKept = existing !== undefined;
  try {
    const write = writer(message, reportProblem);
    const { headers } = message;
    const lostBaggage = dropForwardedBaggage(message, context);
    if (spanContext !== undefined) {
      if (!isKept) {
        clear(message, codec);
        codec.injectSpan(context, spanContext, write);
      }
      const writesWaybill = rule.carriesWaybill && !(isKept && headers.get('waybill') !== undefined);
      if (writesWaybill) writeWaybillHeader(write, existing ?? spanContext, context, now);
    }
    const takesBaggage = isKept ? lostBaggage : headers.get('baggage') === undefined;
    if (takesBaggage && rule.carriesBaggage) codec.injectBaggage(context, rule.sends, write, reportProblem);
  } catch (error) {
    reportFailure('Injecting a context', error);
    reportProblem('traceparent', 'error');
  }
}

/** Removes what a handler copied from the message that it handles, where nothing of ours is to be sent. */
function withhold(message: OutgoingMessage, codec: ContextCodec, { journey }: MessageContext): void {
  try {
    const created = codec.creationContext(message);
    if (created !== undefined && journey?.arrivedWith(created)) clear(message, codec);
  } catch (error) {
    reportFailure('Clearing old headers', error);
  }
}

/** Removes the baggage of a sender whose baggage is only partly accepted, so the context's baggage replaces it. */
function dropForwardedBaggage(message: OutgoingMessage, { journey }: MessageContext): boolean {
  if (!journey?.forwardsBaggage?.(message)) return false;
  message.headers.delete('baggage');
  return true;
}

/** Removes malformed headers or, if the message is forwarded, all headers of its last hop. */
function clear(message: OutgoingMessage, codec: ContextCodec): void {
  try {
    const staleBaggage =
      message.headers.get('baggage') !== undefined && codec.creationContext(message) !== undefined;
    for (const name of codec.headerNames) {
      if (name !== 'baggage' && message.headers.get(name) !== undefined) message.headers.delete(name);
    }
    if (message.headers.get('waybill') !== undefined) message.headers.delete('waybill');
    if (staleBaggage) message.headers.delete('baggage');
  } catch (error) {
    reportFailure('Clearing old headers', error);
  }
}

function writeWaybillHeader(
  write: WriteHeader,
  { traceId, spanId }: SpanContext,
  { journey, requestedRelation }: MessageContext,
  now: number,
): void {
  const journeyId = journey?.id ?? traceId;
  write('waybill', formatWaybillHeader({ sentAt: now, journeyId, spanId, requestedRelation }));
}

function writer(message: OutgoingMessage, reportProblem: ReportProblem): WriteHeader {
  return (name, value) => {
    const refusal = message.headers.set(name, value);
    if (refusal !== undefined) reportProblem(name, refusal);
  };
}
