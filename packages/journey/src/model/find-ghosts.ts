import { type JourneySpan, keyOf, referenceTo, type SpanReference } from '../spans/journey-span.ts';
import type { BareHop } from './find-hops.ts';
import type { Connection, Ghost, GhostRole, MissingReason } from './journey.ts';
import { isSender, messageRoleOf } from './message-facts.ts';
import type { SpanIndex } from './span-index.ts';

/** Finds the ends that are missing: spans that others name, and handlings of messages that were sent. */
export function findGhosts(
  index: SpanIndex,
  hops: readonly BareHop[],
  connections: readonly Connection[],
): Ghost[] {
  const ghosts = new Map<string, Ghost>();
  const add = (role: GhostRole, reason: MissingReason, span: SpanReference, namedBy: SpanReference): void => {
    const key = keyOf(span);
    const known = ghosts.get(key);
    ghosts.set(
      key,
      known === undefined
        ? { role, reason, span, namedBy: referenceTo(namedBy), count: 1 }
        : { ...known, count: known.count + 1 },
    );
  };
  for (const { missing, sender, handling } of hops) {
    if (missing !== undefined) add('sender', missing, sender, handling);
  }
  for (const { missing, role, to, from } of connections) {
    if (missing !== undefined) add(role, missing, to, from);
  }
  const senders = new Set(
    hops
      .filter(({ missing }) => missing !== undefined)
      .map(({ sender, handling }) => `${keyOf(sender)} ${keyOf(handling)}`),
  );
  for (const span of index.spans) {
    const parent =
      span.parentSpanId === undefined ? undefined : { traceId: span.traceId, spanId: span.parentSpanId };
    if (parent === undefined || index.find(parent) !== undefined) continue;
    if (!senders.has(`${keyOf(parent)} ${keyOf(span)}`)) add('parent', 'not-found', parent, span);
  }
  return [...ghosts.values(), ...unhandled(index, hops)];
}

/** Messages that were sent, and whose handling is not among the spans. Of a batch, the spans of its messages count, not the call's. */
function unhandled(index: SpanIndex, hops: readonly BareHop[]): Ghost[] {
  const handled = new Set(hops.map(({ sender }) => keyOf(sender)));
  const calls = new Set<string>();
  for (const span of index.spans) {
    const parent = messageRoleOf(span) === 'create' ? index.parentOf(span) : undefined;
    if (parent !== undefined) calls.add(keyOf(parent));
  }
  return index.spans
    .filter(
      (span) => isSender(span) && !handled.has(keyOf(span)) && !calls.has(keyOf(span)) && !isForOthers(span),
    )
    .map((span) => ({ role: 'handling', reason: 'not-found', namedBy: referenceTo(span), count: 1 }));
}

/** Nothing was sent, or what was sent carries the context of another span, which the span links to. */
function isForOthers({ status, kind, links }: JourneySpan): boolean {
  return status === 'ERROR' || (kind === 'CLIENT' && links.length > 0);
}
