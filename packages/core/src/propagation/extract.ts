import { type Context, propagation, type SpanContext, trace } from '@opentelemetry/api';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import { safely } from '../telemetry/report.ts';
import type { Arrival } from './arrival.ts';
import type { ContextCodec, Extracted } from './context-codec.ts';
import { journeyOf, withoutJourney } from './journey.ts';
import type { Reject } from './rejection.ts';
import { parseWaybillHeader, type WaybillHeader } from './waybill-header.ts';
import { wishOf, withoutWish } from './wish.ts';

/** A message that arrived, with the context its handler runs in but for the span. */
export interface ExtractedArrival extends Arrival {
  readonly context: Context;
}

/**
 * Reads what a message carries. Never throws: what cannot be read counts as absent.
 *
 * @param active the context that the client calls in.
 */
export function extract(
  message: IncomingMessage,
  active: Context,
  codec: ContextCodec,
  rule: ResolvedRule,
  reject: Reject,
): ExtractedArrival {
  const base = handlerBase(active);
  const { context, spanContext, malformed } =
    safely('Extracting a context', () => codec.extract(message, base, rule.accepts, reject)) ??
    failedExtraction(base, reject);
  const header = readWaybillHeader(message, reject);
  const timely =
    header !== undefined &&
    rule.trust === 'trusted' &&
    (spanContext === undefined || header.spanId === spanContext.spanId);
  return {
    message,
    context,
    spanContext,
    malformed,
    sentAt: timely ? header.sentAt : plausibleTime(message.sentAt),
    sentAtSource: timely ? 'waybill' : message.sentAtSource,
    wish: timely ? header.wish : undefined,
    journeyId: header?.journeyId ?? spanContext?.traceId,
  };
}

/**
 * What of a client's context a handler runs in: all but what belongs to the client's start-up, or to the message that was
 * handled when it started.
 */
export function handlerBase(active: Context): Context {
  let base = active;
  if (trace.getSpan(base) !== undefined) base = trace.deleteSpan(base);
  if (propagation.getBaggage(base) !== undefined) base = propagation.deleteBaggage(base);
  if (journeyOf(base) !== undefined) base = withoutJourney(base);
  if (wishOf(base) !== undefined) base = withoutWish(base);
  return base;
}

/** The context a message arrived with, and nothing else of it. */
export function arrivalContext(message: IncomingMessage, codec: ContextCodec): SpanContext | undefined {
  return safely('Reading a context', () => codec.creationContext(message));
}

function failedExtraction(context: Context, reject: Reject): Extracted {
  reject('traceparent', 'error');
  return { context, spanContext: undefined, malformed: true };
}

/** Brokers say 0, -1 or nothing for "unknown". */
function plausibleTime(sentAt: number | undefined): number | undefined {
  return sentAt !== undefined && Number.isFinite(sentAt) && sentAt > 0 ? sentAt : undefined;
}

function readWaybillHeader(message: IncomingMessage, reject: Reject): WaybillHeader | undefined {
  return safely('Reading the waybill header', () => {
    const value = message.header('waybill');
    if (value === undefined) return undefined;
    const header = parseWaybillHeader(value);
    if (header === undefined) reject('waybill', 'malformed');
    return header;
  });
}
