import type { Attributes, Link, SpanContext } from '@opentelemetry/api';
import { isSameSpan } from '../ground/span-ids.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';

/** The most links that an SDK keeps on a span by default. It would keep the last ones. */
export const mostLinks = 128;

/** What a link leads to. */
export type LinkTarget =
  | 'creation'
  | 'ambient'
  | 'previous-attempt'
  | 'previous-run'
  | 'dependent'
  | 'dependency'
  | 'processing';

/** A link that says what it leads to. */
export function linkTo(target: LinkTarget, context: SpanContext, attributes: Attributes = {}): Link {
  return { context, attributes: { ...attributes, [attribute.linkTo]: target } };
}

/** A link to the span of an earlier attempt, which was delivery `number` of the message. */
export function previousAttemptLink({ span, number }: { span: SpanContext; number: number }): Link {
  return linkTo('previous-attempt', span, { [attribute.messageAttempt]: number });
}

/** The links without duplicates, and no more than a span keeps. */
export function distinctLinks(links: Iterable<Link>): Link[] {
  const distinct: Link[] = [];
  for (const link of links) {
    if (!distinct.some((other) => isSameSpan(other.context, link.context))) distinct.push(link);
    // Checked before the next one is requested, which the generator would count as linked.
    if (distinct.length === mostLinks) break;
  }
  return distinct;
}
