import { isSender, messageFactsOf, messageRoleOf } from '../../model/message-facts.ts';
import { type JourneySpan, keyOf } from '../../spans/journey-span.ts';
import { numberOf, read } from '../../telemetry-names.ts';
import { counted, type Finding, findingOf, queueText } from '../finding.ts';
import { destinationOf, type Recording, type Way } from '../recording.ts';

/** `doubled-span`: two instrumentations that both make a span for one send, or for one handling. */
export function findDoubledSpans(recording: Recording): readonly Finding[] {
  const doubled = new Map<JourneySpan, readonly [JourneySpan, JourneySpan]>();
  const compare = (one: JourneySpan | undefined, other: JourneySpan): void => {
    if (one !== undefined && isDouble(one, other)) doubled.set(other, [one, other]);
  };
  for (const span of recording.index.spans) compare(recording.index.parentOf(span), span);
  for (const [first, ...others] of Map.groupBy(recording.ways, deliveryKeyOf).values()) {
    for (const { handling } of others) compare(first?.handling, handling);
  }
  return [...Map.groupBy(doubled.values(), ([, span]) => recording.queueOf(span))].map(([queue, pairs]) =>
    findingOf(
      'doubled-span',
      pairs.map(([, span]) => span),
      {
        level: 'warning',
        queue,
        message: `${counted(pairs.length, 'message')} of ${queueText(queue)} ${pairs.length === 1 ? 'has' : 'have'} two spans for one step, by two instrumentations: ${scopesOf(pairs)}.`,
        fix: 'Turn one of them off, such as by OTEL_NODE_DISABLED_INSTRUMENTATIONS.',
      },
    ),
  );
}

/** The same step of the same message, at the same time, by two tracers. */
function isDouble(one: JourneySpan, other: JourneySpan): boolean {
  const isOverlapping = one.start <= other.end && other.start <= one.end;
  const isSameStep =
    (isSender(one) && isSender(other)) ||
    (messageRoleOf(one) === 'handle' && messageRoleOf(other) === 'handle');
  return (
    one !== other &&
    isOverlapping &&
    isSameStep &&
    one.service === other.service &&
    one.scope !== other.scope &&
    one.scope !== undefined &&
    other.scope !== undefined &&
    isSameQueue(one, other)
  );
}

/** Two instrumentations may name one destination in two ways; ids of the message tell more. */
function isSameQueue(one: JourneySpan, other: JourneySpan): boolean {
  const [a, b] = [messageFactsOf(one).messageId, messageFactsOf(other).messageId];
  if (a !== undefined && b !== undefined) return a === b;
  return destinationOf(one) === destinationOf(other);
}

function deliveryKeyOf({ hop, handling }: Way): string {
  return JSON.stringify([keyOf(hop.sender), handling.service, hop.messageId, hop.attempt ?? 1]);
}

function scopesOf(pairs: readonly (readonly [JourneySpan, JourneySpan])[]): string {
  const scopes = pairs.flatMap((pair) => pair.map(({ scope }) => scope));
  return [...new Set(scopes)].sort().join(' and ');
}

/** `shared-context`: many messages with the context of one send. */
export function findSharedContexts(recording: Recording): readonly Finding[] {
  const shared = [...Map.groupBy(recording.ways, ({ hop }) => keyOf(hop.sender)).values()].flatMap((ways) => {
    const [way] = ways;
    if (way?.sender === undefined || isBatch(way.sender) || !isSender(way.sender)) return [];
    const first = ways.filter(({ hop }) => hop.kind === 'message' || hop.kind === 'run');
    const messages = Map.groupBy(first, ({ queue, handling }) => `${queue} ${handling.service}`);
    const most = [...messages.values()].map(distinctMessages).reduce((a, b) => Math.max(a, b), 0);
    return most < 2 ? [] : [{ sender: way.sender, queue: way.queue, most }];
  });
  return [...Map.groupBy(shared, ({ queue }) => queue)].map(([queue, groups]) => {
    const most = groups.reduce((known, group) => Math.max(known, group.most), 0);
    return findingOf(
      'shared-context',
      groups.map(({ sender }) => sender),
      {
        level: 'warning',
        queue,
        message: `${counted(groups.length, 'span')} that ${groups.length === 1 ? 'sends' : 'send'} to ${queueText(queue)} ${groups.length === 1 ? 'is' : 'are'} the sender of up to ${most} different messages each.`,
        fix: 'Make a span for each message and inject its context. Of a schedule, let each run begin a trace that links to the one before.',
      },
    );
  });
}

function distinctMessages(ways: readonly Way[]): number {
  return new Set(ways.flatMap(({ hop }) => (hop.messageId === undefined ? [] : [hop.messageId]))).size;
}

function isBatch({ attributes }: JourneySpan): boolean {
  return (numberOf(attributes, read.batchSize) ?? 0) > 1;
}
