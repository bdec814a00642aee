import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { MessageFacts } from './message-facts.ts';
import type { Outcome } from './outcome.ts';
import type { PlacedOrder } from './story.ts';

/** What the demo promises and did not keep, a sentence each. Empty when all went as it should. */
export function brokenPromises(
  orders: readonly PlacedOrder[],
  outcomes: readonly Outcome[],
  spans: readonly ReadableSpan[],
): string[] {
  const isSend = (traceId: string, spanId: string | null): boolean =>
    spans.some((span) => {
      const own = span.spanContext();
      return own.traceId === traceId && own.spanId === spanId && span.kind === SpanKind.PRODUCER;
    });

  return orders.flatMap((order) =>
    (['orders', 'invoices'] as const).flatMap((queue) => {
      const found = outcomes.filter((outcome) => outcome.order.id === order.id && outcome.queue === queue);
      const message = `${order.id} in ${queue}`;
      const [outcome] = found;
      if (found.length !== 1) return [`${message} was handled ${found.length} times, not once.`];
      if (outcome?.facts === undefined) return [`${message} was handled without a recorded span.`];
      return differences(expectedOf(outcome), seenIn(outcome.facts, isSend)).map(
        (difference) => `${message}: ${difference}`,
      );
    }),
  );
}

interface Seen {
  readonly 'relation and reason': string;
  readonly parent: string;
  readonly links: string;
  readonly baggage: string;
  readonly journey: string;
}

function expectedOf({ order, queue }: Outcome): Seen {
  const joins = queue === 'invoices' || order.handled === 'at once';
  return {
    'relation and reason': queue === 'invoices' ? 'parent, rule' : joins ? 'parent, fresh' : 'link, late',
    parent: joins ? 'the span that sent it' : 'none',
    links: joins ? '' : 'the span that sent it',
    baggage: JSON.stringify({ 'tenant.id': order.tenant }),
    journey: order.traceId,
  };
}

function seenIn(facts: MessageFacts, isSend: (traceId: string, spanId: string | null) => boolean): Seen {
  const name = (traceId: string, spanId: string | null): string =>
    isSend(traceId, spanId) ? 'the span that sent it' : 'another span';
  return {
    'relation and reason': `${facts.relation}, ${facts.reason}`,
    parent: facts.parentSpanId === null ? 'none' : name(facts.traceId, facts.parentSpanId),
    links: facts.links.map(({ traceId, spanId }) => name(traceId, spanId)).join(', '),
    baggage: JSON.stringify(facts.baggage),
    journey: facts.journeyId,
  };
}

function differences(expected: Seen, seen: Seen): string[] {
  return (Object.keys(expected) as (keyof Seen)[])
    .filter((key) => expected[key] !== seen[key])
    .map((key) => `${key} should be "${expected[key]}" and is "${seen[key]}".`);
}
