import { type JourneySpan, keyOf } from '../spans/journey-span.ts';
import { read, textOf } from '../telemetry-names.ts';
import type { BareHop } from './find-hops.ts';
import type { HopKind } from './journey.ts';
import { decisionOf } from './message-facts.ts';
import type { RelatedHandlings, RelatedHandlingsReader } from './read-links.ts';

/** What a delivery follows. */
export interface Delivery {
  readonly kind: HopKind;

  /** The delivery or the run before, where it is among the spans. */
  readonly previous: JourneySpan | undefined;
}

/**
 * Tells first deliveries of messages from later ones. A later one says so by its link or its number, or it has the identity of an earlier
 * one from the same sender, for the same destination and consumer group.
 */
export function orderDeliveries(
  hops: readonly BareHop[],
  related: RelatedHandlingsReader,
): Map<BareHop, Delivery> {
  const ordered = [...hops].sort(compareDeliveries);
  const lastOfMessage = new Map<string, JourneySpan>();
  const lastOfSender = new Map<string, LastDeliveries>();
  const deliveries = new Map<BareHop, Delivery>();
  for (const hop of ordered) {
    const { handling } = hop;
    const sender = lastOfSender.get(senderKeyOf(hop)) ?? { byDestination: new Map(), deadLetter: undefined };
    const message = messageKeyOf(hop);
    deliveries.set(hop, deliveryOf(hop, lastOfMessage.get(message ?? ''), sender, related.of(handling)));
    if (message !== undefined) lastOfMessage.set(message, handling);
    sender.byDestination.set(hop.facts.destination, handling);
    if (isFromDeadLetters(hop)) sender.deadLetter = handling;
    lastOfSender.set(senderKeyOf(hop), sender);
  }
  return deliveries;
}

/** By start, which many SDKs tell in whole ms, then by the number of the delivery. */
function compareDeliveries(a: BareHop, b: BareHop): number {
  return a.handling.start - b.handling.start || (a.facts.attempt ?? 1) - (b.facts.attempt ?? 1);
}

/** The last handlings of what one sender sent. */
interface LastDeliveries {
  readonly byDestination: Map<string | undefined, JourneySpan>;
  deadLetter: JourneySpan | undefined;
}

function deliveryOf(
  hop: BareHop,
  lastOfMessage: JourneySpan | undefined,
  sender: LastDeliveries,
  related: RelatedHandlings,
): Delivery {
  const { handling, facts } = hop;
  const { previousRun: run, previousAttempt: attempt } = related;
  if (run !== undefined || decisionOf(handling).reason === 'recurring')
    return { kind: 'run', previous: run?.span };
  if (isFromDeadLetters(hop)) {
    const from = textOf(handling.attributes, read.deadLetterQueue);
    return { kind: 'dead-letter', previous: sender.byDestination.get(from) };
  }
  const { deadLetter } = sender;
  const last = lastOfMessage === handling ? undefined : lastOfMessage;
  const previous = attempt?.span ?? last;
  if (
    deadLetter !== undefined &&
    deadLetter !== handling &&
    deadLetter.start >= (previous?.start ?? Number.NEGATIVE_INFINITY)
  ) {
    return { kind: 'redrive', previous: deadLetter };
  }
  if (previous !== undefined || attempt !== undefined || (facts.attempt ?? 1) > 1)
    return { kind: 'attempt', previous };
  return { kind: 'message', previous: undefined };
}

/** It came from a queue for dead letters: it tells from which queue it got there, and that is another one. */
function isFromDeadLetters({ handling, facts }: BareHop): boolean {
  const from = textOf(handling.attributes, read.deadLetterQueue);
  return from !== undefined && from !== facts.destination;
}

function senderKeyOf({ sender, facts }: BareHop): string {
  return `${keyOf(sender)} ${facts.messageId ?? ''}`;
}

/** `undefined` where nothing tells a second delivery from a second message. */
function messageKeyOf({ sender, handling, facts }: BareHop): string | undefined {
  if (facts.messageId === undefined) return undefined;
  const group = textOf(handling.attributes, read.consumerGroup) ?? '';
  return JSON.stringify([keyOf(sender), handling.service, facts.destination, group, facts.messageId]);
}
