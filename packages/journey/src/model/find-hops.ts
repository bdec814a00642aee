import {
  type JourneyAttributes,
  type JourneySpan,
  keyOf,
  referenceTo,
  type SpanReference,
} from '../spans/journey-span.ts';
import { read, textOf } from '../telemetry-names.ts';
import type { Connection, MissingReason } from './journey.ts';
import { decisionOf, isSender, type MessageFacts, messageFactsOf, messageRoleOf } from './message-facts.ts';
import { missingReasonOf, roleOfLink } from './read-links.ts';
import type { SpanIndex } from './span-index.ts';

/** The way of a message before anything is known of its time. */
export interface BareHop {
  readonly relation: 'parent' | 'link';
  readonly sender: SpanReference;
  readonly senderSpan: JourneySpan | undefined;
  readonly missing: MissingReason | undefined;
  readonly handling: JourneySpan;
  readonly facts: MessageFacts;
}

/** What leads from span to span: the ways of messages, and all other links. */
export interface FoundHops {
  readonly hops: readonly BareHop[];
  readonly connections: readonly Connection[];
}

/** Finds the ways of messages, by parents and by links, in the order of the spans. */
export function findHops(index: SpanIndex): FoundHops {
  const hops: BareHop[] = [];
  const receiveHops: BareHop[] = [];
  const connections: Connection[] = [];
  for (const span of index.spans) {
    const role = messageRoleOf(span);
    const found =
      role === 'handle' ? hops : role === 'receive' && span.kind === 'CONSUMER' ? receiveHops : undefined;
    const senders = new Set<string>();
    if (found !== undefined) {
      const hop = hopFromParent(span, index);
      if (hop !== undefined) {
        senders.add(keyOf(hop.sender));
        found.push(hop);
      }
    }
    for (const link of span.links) {
      const linkRole = roleOfLink(span, link, index);
      const to = referenceTo(link);
      const target = index.find(to);
      const missing = target === undefined ? missingReasonOf(span, link) : undefined;
      if (linkRole === 'creation' && found !== undefined) {
        if (senders.has(keyOf(to))) continue;
        senders.add(keyOf(to));
        found.push(
          hopTo(span, { relation: 'link', sender: to, senderSpan: target, missing }, link.attributes),
        );
      } else {
        const known = linkRole === 'creation' ? 'other' : linkRole;
        connections.push({ from: referenceTo(span), to, role: known, missing });
      }
    }
  }
  return { hops: [...hops, ...withoutHandling(receiveHops, hops)], connections };
}

/** Where a span that receives a batch and the spans that handle its messages both lead to a sender, the message came to the second. */
function withoutHandling(receiveHops: readonly BareHop[], hops: readonly BareHop[]): BareHop[] {
  const handled = new Set(hops.map(({ sender, handling }) => `${keyOf(sender)} ${handling.service}`));
  return receiveHops.filter(({ sender, handling }) => !handled.has(`${keyOf(sender)} ${handling.service}`));
}

function hopFromParent(span: JourneySpan, index: SpanIndex): BareHop | undefined {
  const { traceId, parentSpanId } = span;
  const { relation } = decisionOf(span);
  if (parentSpanId === undefined || (relation !== undefined && relation !== 'parent')) return undefined;
  const sender = { traceId, spanId: parentSpanId };
  const senderSpan = index.find(sender);
  if (senderSpan === undefined) {
    if (span.kind !== 'CONSUMER') return undefined;
    return hopTo(span, { relation: 'parent', sender, senderSpan, missing: missingReasonOf(span, undefined) });
  }
  const isWay = relation === 'parent' || isSender(senderSpan) || isAcrossServices(span, senderSpan);
  return isWay ? hopTo(span, { relation: 'parent', sender, senderSpan, missing: undefined }) : undefined;
}

/** A context that was put into a message by hand is that of any span. */
function isAcrossServices(span: JourneySpan, sender: JourneySpan): boolean {
  return span.kind === 'CONSUMER' && span.service !== sender.service && messageRoleOf(sender) !== 'receive';
}

function hopTo(
  handling: JourneySpan,
  way: Omit<BareHop, 'handling' | 'facts'>,
  link: JourneyAttributes = {},
): BareHop {
  const facts = messageFactsOf(handling, link);
  if (facts.destination !== undefined || way.senderSpan === undefined) return { ...way, handling, facts };
  const destination = textOf(way.senderSpan.attributes, read.destination);
  return { ...way, handling, facts: { ...facts, destination } };
}
