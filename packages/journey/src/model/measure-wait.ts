import type { JourneySpan } from '../spans/journey-span.ts';
import { read } from '../telemetry-names.ts';
import type { Delivery } from './deliveries.ts';
import type { BareHop } from './find-hops.ts';
import type { Wait, WaitPart } from './journey.ts';
import { isSender, messageRoleOf, msOf } from './message-facts.ts';
import type { RelatedHandlings } from './read-links.ts';
import type { SpanIndex } from './span-index.ts';

/** How far two clocks of one machine may be apart, in ms: rounding, and clocks that are read at different times. */
export const clockTolerance = 1;

/** How long a message waited before a handling. */
export function measureWait(
  hop: BareHop,
  delivery: Delivery,
  { dependenciesEnd }: RelatedHandlings,
  index: SpanIndex,
): Wait | undefined {
  const { handling } = hop;
  const { previous } = delivery;
  if (previous !== undefined) {
    const start = Math.min(previous.end, handling.start);
    return waitFrom(start, handling.start, false, [[whatFollows[delivery.kind], Number.POSITIVE_INFINITY]]);
  }
  const sent = sentAt(hop, index);
  if (sent === undefined) return undefined;
  const start = Math.min(sent.time, handling.start);
  if (delivery.kind === 'run')
    return waitFrom(start, handling.start, sent.estimated, [['delay', Number.POSITIVE_INFINITY]]);
  const delay =
    msOf(handling.attributes, read.delay) ??
    (hop.senderSpan && msOf(hop.senderSpan.attributes, read.delay)) ??
    0;
  return waitFrom(start, handling.start, sent.estimated, [
    ['delay', delay],
    ['dependencies', (dependenciesEnd ?? start) - start - delay],
    [delivery.kind === 'attempt' ? 'backoff' : 'queue', Number.POSITIVE_INFINITY],
  ]);
}

/** By how much a message was handled before its send began, in ms; `undefined` where it was not. */
export function skewOf({ handling, senderSpan }: BareHop): number | undefined {
  if (senderSpan === undefined) return undefined;
  const skew = senderSpan.start - handling.start;
  return skew > clockTolerance ? skew : undefined;
}

const whatFollows = {
  message: 'queue',
  attempt: 'backoff',
  'dead-letter': 'queue',
  redrive: 'queue',
  run: 'delay',
} as const;

/** Shares a wait out: each part takes what it may of what the earlier ones left. */
function waitFrom(
  start: number,
  end: number,
  estimated: boolean,
  shares: readonly (readonly [what: WaitPart['what'], most: number])[],
): Wait {
  let left = end - start;
  const parts: WaitPart[] = [];
  for (const [what, most] of shares) {
    const duration = Math.max(0, Math.min(left, most));
    left -= duration;
    if (duration > 0) parts.push({ what, duration });
  }
  return { start, end, parts, estimated };
}

/** When the send of a message ended. A broker may deliver it before it answers the sender: then the handling begins first. */
function sentAt(hop: BareHop, index: SpanIndex): { time: number; estimated: boolean } | undefined {
  const { senderSpan, handling, facts } = hop;
  if (senderSpan !== undefined && isSender(senderSpan)) {
    return { time: endOfSend(senderSpan, index), estimated: false };
  }
  return facts.age === undefined ? undefined : { time: handling.start - facts.age, estimated: true };
}

/** A span for one message of a batch ends before the call does that sends the batch. */
function endOfSend(sender: JourneySpan, index: SpanIndex): number {
  const call = messageRoleOf(sender) === 'create' ? index.parentOf(sender) : undefined;
  return call !== undefined && messageRoleOf(call) === 'send' ? Math.max(call.end, sender.end) : sender.end;
}
