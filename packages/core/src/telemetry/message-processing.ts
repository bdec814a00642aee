import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { RelationDecision } from '../policy/decide-relation.ts';
import type { ExtractedArrival } from '../propagation/extract.ts';
import { withJourney } from '../propagation/journey.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { recordAge } from './accounting.ts';
import { type Attempt, attemptNumber, previousAttempt, rememberAttempt } from './attempts.ts';
import { creationLink, judge } from './judge.ts';
import { distinctLinks, linkTo } from './links.ts';
import type { Processing } from './processing.ts';
import { isProcessedBy, isSame } from './rival.ts';
import { type Started, startSpan } from './start-span.ts';

/** Begins the handling of one message: reads what it carries, decides, and starts its span. */
export function beginMessage(env: Environment, message: IncomingMessage, active: Context): Processing {
  const rule = env.ruleFor(message.subject);
  const { arrival, decision } = judge(env, message, rule, active);
  recordAge(env, message, decision.age, decision.relation);
  const trustedJourney = rule.trust === 'trusted' ? arrival.journeyId : undefined;
  const ambient = trace.getSpan(active);
  if (ambient !== undefined && isProcessedBy(ambient, arrival.spanContext, env.profile)) {
    const id = trustedJourney ?? ambient.spanContext().traceId;
    return { ...continued(arrival, ambient, trace.setSpan(arrival.context, ambient), id), borrowed: true };
  }

  const previous = previousAttempt(env, message);
  const attempt = attemptNumber(message, previous);
  const parent = decision.relation === 'parent' ? arrival.spanContext : undefined;
  const started = startSpan(
    env,
    {
      operation: env.profile.operations.process,
      type: 'process',
      destination: message.destination,
      journeyId: trustedJourney,
    },
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: startAttributes(message, decision, attempt),
      links: linksOf(env, arrival, decision, previous, ambient),
    },
    parent === undefined ? arrival.context : trace.setSpanContext(arrival.context, parent),
  );
  describeDecision(started.span, arrival, decision);
  remember(env, message, attempt ?? 1, started);
  return { ...continued(arrival, started.span, started.context, started.journeyId), borrowed: false };
}

function startAttributes(
  message: IncomingMessage,
  decision: RelationDecision,
  attempt: number | undefined,
): Attributes {
  const attributes: Attributes = { [attribute.relation]: decision.relation };
  if (message.id !== undefined) attributes[attribute.messageId] = message.id;
  if (attempt !== undefined) attributes[attribute.messageAttempt] = attempt;
  message.describe(attributes);
  return attributes;
}

function linksOf(
  env: Environment,
  arrival: ExtractedArrival,
  decision: RelationDecision,
  previous: Attempt | undefined,
  ambient: Span | undefined,
): Link[] {
  const links: Link[] = [];
  const { spanContext } = arrival;
  const linked =
    decision.relation === 'link' || (decision.relation === 'parent' && env.settings.alsoLinkParent);
  if (spanContext !== undefined && linked) links.push(creationLink(spanContext, arrival, decision));
  if (previous !== undefined) {
    links.push(linkTo('previous-attempt', previous.span, { [attribute.messageAttempt]: previous.number }));
  }
  if (ambient?.isRecording() && !(spanContext !== undefined && isSame(ambient.spanContext(), spanContext))) {
    links.push(linkTo('ambient', ambient.spanContext()));
  }
  return distinctLinks(links);
}

/** What no sampler needs is set after the start, and only where it is recorded. */
function describeDecision(span: Span, arrival: ExtractedArrival, decision: RelationDecision): void {
  if (!span.isRecording()) return;
  span.setAttribute(attribute.relationReason, decision.reason);
  if (decision.age === undefined) return;
  span.setAttribute(attribute.messageAge, decision.age / 1_000);
  span.setAttribute(attribute.messageAgeSource, arrival.sentAtSource);
}

/** Remembers the span for the next attempt, and for the settlement. One that stands for none leads nowhere. */
function remember(
  env: Environment,
  message: IncomingMessage,
  number: number,
  { span: made, journeyId }: Started,
): void {
  const span = made.spanContext();
  if (!isSpanContextValid(span)) return;
  rememberAttempt(env, message, { number, span });
  env.handled.add(message.receipt, { span, journeyId });
}

/** What goes on in the handler: the context that was extracted with the span in it, and the journey. */
function continued(
  { spanContext }: ExtractedArrival,
  span: Span,
  within: Context,
  id: string | undefined,
): Omit<Processing, 'borrowed'> {
  const arrivedWith = (other: SpanContext): boolean =>
    spanContext !== undefined && isSame(spanContext, other);
  return { span, context: withJourney(within, { id, arrivedWith }), release: () => undefined };
}
