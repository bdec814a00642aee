import type { Context, SpanContext } from '@opentelemetry/api';
import { reportFailure, safely } from '../diag.ts';
import type { DecisionInput } from '../policy/decide-relation.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { HeaderValue } from '../seam/headers.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { ContextCodec, Extracted, ReportProblem } from './codec/context-codec.ts';
import { isRepeated } from './codec/header-text.ts';
import { parseWaybillHeader } from './codec/waybill-header.ts';
import { MessageContext } from './message-context.ts';

/** What a message carried, and the context that its handler runs in, without the span. */
export interface ExtractedInput extends DecisionInput {
  readonly context: MessageContext;
}

/**
 * Reads the headers of a message. Never throws: an unreadable header counts as absent.
 *
 * @param active the context that the client calls in. The handler's context has all of it, except what belongs to the client's
 * start-up or to the message that was handled at that time.
 */
export function extract(
  message: IncomingMessage,
  active: Context,
  codec: ContextCodec,
  rule: ResolvedRule,
  reportProblem: ReportProblem,
): ExtractedInput {
  if (rule.trust === 'untrusted') distrust(message);
  if (!rule.propagate) return withoutHeaders(message, active);
  openEnvelope(message, rule);
  const read = readContext(message, active, codec, rule, reportProblem);
  const { context, spanContext, malformed } = read;
  const own = readOwnHeader(message, codec);
  const header = parseWaybillHeader(own);
  if (own !== undefined && header === undefined) reportProblem('waybill', 'malformed');
  const repeated = (spanContext !== undefined && read.repeated) || (header !== undefined && isRepeated(own));
  if (repeated) reportProblem(read.repeated ? 'traceparent' : 'waybill', 'repeated');
  const unreadable = isUnreadable(message, reportProblem);
  // A recurring message has the headers of the call that made the schedule.
  const timely =
    header !== undefined &&
    rule.trust === 'trusted' &&
    !message.recurring &&
    (spanContext === undefined || header.spanId === spanContext.spanId);
  return {
    message,
    context: MessageContext.of(context),
    spanContext,
    malformed: malformed || unreadable,
    repeated,
    sentAt: timely ? header.sentAt : plausibleTime(message.sentAt),
    sentAtSource: timely ? 'waybill' : (message.sentAtSource ?? 'broker'),
    requestedRelation: timely ? header.requestedRelation : undefined,
    journeyId: header?.journeyId ?? spanContext?.traceId,
  };
}

/** What is known of a message whose headers are not to be read. */
function withoutHeaders(message: IncomingMessage, active: Context): ExtractedInput {
  return {
    message,
    context: MessageContext.without(active),
    spanContext: undefined,
    malformed: false,
    repeated: false,
    sentAt: plausibleTime(message.sentAt),
    sentAtSource: message.sentAtSource ?? 'broker',
    requestedRelation: undefined,
    journeyId: undefined,
  };
}

/** Makes a message hide everything that its sender may have written. */
export function distrust(message: IncomingMessage): void {
  try {
    message.distrust?.();
  } catch (error) {
    reportFailure('Distrusting a message', error);
  }
}

/** Has a message show the headers in its envelope, where the rule says so. */
function openEnvelope(message: IncomingMessage, { envelope }: ResolvedRule): void {
  if (envelope === undefined || message.openEnvelope === undefined) return;
  safely('Opening an envelope', () => message.openEnvelope?.(envelope.format, envelope.maxBytes));
}

/** The context a message arrived with, and nothing else of it. */
export function arrivalContext(
  message: IncomingMessage,
  codec: ContextCodec,
  rule: ResolvedRule,
): SpanContext | undefined {
  openEnvelope(message, rule);
  return rule.propagate ? safely('Reading a context', () => codec.creationContext(message)) : undefined;
}

function readContext(
  message: IncomingMessage,
  active: Context,
  codec: ContextCodec,
  rule: ResolvedRule,
  reportProblem: ReportProblem,
): Extracted {
  const base = MessageContext.without(active);
  try {
    return codec.extract(message, base, rule, reportProblem);
  } catch (error) {
    reportFailure('Extracting a context', error);
    reportProblem('traceparent', 'error');
    return { context: base, spanContext: undefined, malformed: true, repeated: false };
  }
}

/** Whether there is an unreadable carrier. A carrier of another tool counts as absent. */
function isUnreadable(message: IncomingMessage, reportProblem: ReportProblem): boolean {
  try {
    const fault = message.carrierFault;
    if (fault === undefined) return false;
    reportProblem(fault.place, fault.reason);
    return fault.reason !== 'foreign';
  } catch (error) {
    reportFailure('Reading a carrier', error);
    return false;
  }
}

/** Brokers say 0, -1 or nothing for "unknown". */
function plausibleTime(sentAt: number | undefined): number | undefined {
  return sentAt !== undefined && Number.isFinite(sentAt) && sentAt > 0 ? sentAt : undefined;
}

function readOwnHeader(message: IncomingMessage, codec: ContextCodec): HeaderValue {
  try {
    return codec.read(message, 'waybill');
  } catch (error) {
    reportFailure('Reading the waybill header', error);
    return undefined;
  }
}
