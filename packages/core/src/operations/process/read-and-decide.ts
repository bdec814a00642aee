import type { Attributes, Context, Link, SpanContext } from '@opentelemetry/api';
import { decideRelation, type RelationDecision } from '../../policy/decide-relation.ts';
import { type ExtractedArrival, extract } from '../../propagation/extract.ts';
import type { Plan } from '../../queue-telemetry.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import { cutText } from '../../spans/describe-message.ts';
import { linkTo } from '../../spans/links.ts';
import type { Environment } from '../environment.ts';

/** A message that was read, and how its consumer stands to it. */
export interface Judged {
  readonly arrival: ExtractedArrival;
  readonly decision: RelationDecision;
}

/** Reads a message and decides how its consumer stands to it. Counts what was wrong with it. */
export function judge(
  env: Environment,
  message: IncomingMessage,
  { rule, reject }: Plan,
  active: Context,
): Judged {
  const arrival = extract(message, active, env.codec, rule, reject);
  const decision = decideRelation(arrival, rule, env.clock());
  if (decision.skewed) reject(arrival.sentAtSource, 'clock-skew');
  if ('failure' in decision) {
    reject('relation', 'error');
    env.reporter.report(
      'relation-function',
      `The relation function for ${message.subject} failed; the default rule applies`,
      decision.failure,
    );
  }
  return { arrival, decision };
}

/** A link to where a message was created, with what a reader of the link needs to know of the message. */
export function creationLink(
  created: SpanContext,
  arrival: ExtractedArrival,
  decision: RelationDecision,
): Link {
  const { message, journeyId } = arrival;
  const attributes: Attributes = { [attribute.destinationName]: message.destination };
  if (decision.age !== undefined) attributes[attribute.messageAge] = decision.age / 1_000;
  if (message.id !== undefined) attributes[attribute.messageId] = cutText(message.id);
  if (message.attempt !== undefined) attributes[attribute.messageAttempt] = message.attempt;
  if (journeyId !== undefined) attributes[attribute.journeyId] = journeyId;
  return linkTo('creation', created, attributes);
}
