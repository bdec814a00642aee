import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { report, safely } from '../../diag.ts';
import type { Attempt } from '../../history/attempt-log.ts';
import { attemptNumber } from '../../history/attempts.ts';
import { recordAge } from '../../message-age.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import type { RelationDecision } from '../../policy/decide-relation.ts';
import type { ExtractedArrival } from '../../propagation/extract.ts';
import { isSameSpan } from '../../propagation/is-same-span.ts';
import { addDigests, MessageJourney } from '../../propagation/journey.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { Plan } from '../../queue-telemetry.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import { addDetail, describeMessage } from '../../spans/describe-message.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { isOurs, isProcessedBy } from '../../spans/other-instrumentation.ts';
import { isRecording, startSpan } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Accounted } from './process.ts';
import type { Processing } from './processing.ts';
import { creationLink, judge } from './read-and-decide.ts';

/** Begins the handling of one message: reads what it carries, decides, and starts its span. */
export function beginMessage(
  env: Environment,
  message: IncomingMessage,
  active: Context,
  accounted: Accounted,
  instruments: Instruments | undefined,
): Processing {
  const plan = env.planFor(message);
  const { arrival, decision } = judge(env, message, plan, active);
  if (accounted !== 'aged') recordAge(instruments, plan, decision.age, decision.relation);
  const trustedJourney = plan.rule.trust === 'trusted' ? arrival.journeyId : undefined;
  const current = MessageContext.of(active);
  const { span: ambient } = current;
  if (
    ambient !== undefined &&
    isProcessedBy(ambient, arrival.spanContext, message.destination, current.journey, env)
  ) {
    if (!isOurs(ambient, env.profile)) env.ledger?.doubled(ambient);
    const journey = new MessageJourney(
      trustedJourney ?? ambient.spanContext().traceId,
      arrival.spanContext,
      refusedBaggage(message, plan),
    );
    return { span: ambient, context: arrival.context.handling(ambient, journey), borrowed: true };
  }

  env.ledger?.attached(message, ambient, decision.relation);
  const previous = env.attempts.previous(message);
  const attempt = attemptNumber(message, previous);
  const parent = decision.relation === 'parent' ? arrival.spanContext : undefined;
  const { span, spanContext, context, journeyId } = startSpan(
    env,
    plan.process,
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: startAttributes(plan, message, attempt),
      links: linksOf(env, arrival, decision, previous, ambient),
    },
    parent === undefined ? arrival.context : arrival.context.withSpan(trace.wrapSpanContext(parent)),
    trustedJourney,
  );
  try {
    if (isRecording(span)) {
      describeDecision(span, arrival, decision);
      addDetail(span, message);
    }
    env.ledger?.began(span, message);
    if (spanContext !== undefined) remember(env, message, attempt, spanContext, journeyId);
  } catch (error) {
    report('Describing a delivery failed; messages are not affected', error);
  }
  const journey = new MessageJourney(journeyId, arrival.spanContext, refusedBaggage(message, plan));
  return { span, context: context.handling(span, journey), borrowed: false };
}

/**
 * Remembers where a message was handled, by ids alone: the span context of some SDKs holds the whole span, and a trace state is as
 * long as the sender likes.
 */
function remember(
  env: Environment,
  message: IncomingMessage,
  attempt: number | undefined,
  { traceId, spanId, traceFlags }: SpanContext,
  journeyId: string | undefined,
): void {
  const span: SpanContext = { traceId, spanId, traceFlags };
  env.attempts.remember(message, { number: attempt ?? 1, span });
  env.schedules.remember(message, span);
  env.flows.remember(message, span);
  env.handled.add(message.receipt, { span, journeyId });
}

/** What tells the baggage of a message when it is sent on, where not all of it is accepted. */
function refusedBaggage(message: IncomingMessage, { rule }: Plan): ReadonlySet<number> | undefined {
  if (rule.accepts === undefined) return undefined;
  return safely('Reading a baggage', () => {
    const value = message.header('baggage');
    return value === undefined ? undefined : addDigests(value, new Set());
  });
}

function startAttributes(plan: Plan, message: IncomingMessage, attempt: number | undefined): Attributes {
  const attributes: Attributes = { ...plan.process.attributes };
  if (message.id !== undefined) attributes[attribute.messageId] = message.id;
  if (attempt !== undefined) attributes[attribute.messageAttempt] = attempt;
  describeMessage(attributes, message);
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
  const run = env.schedules.previous(arrival.message);
  if (run !== undefined) links.push(linkTo('previous-run', run));
  for (const dependency of env.flows.dependencies(arrival.message)) {
    links.push(linkTo('dependency', dependency));
  }
  if (
    ambient !== undefined &&
    isRecording(ambient) &&
    !(spanContext !== undefined && isSameSpan(ambient.spanContext(), spanContext))
  ) {
    links.push(linkTo('ambient', ambient.spanContext()));
  }
  return links.length > 1 ? distinctLinks(links) : links;
}

function describeDecision(span: Span, arrival: ExtractedArrival, decision: RelationDecision): void {
  span.setAttribute(attribute.relation, decision.relation);
  span.setAttribute(attribute.relationReason, decision.reason);
  const { delay = 0 } = arrival.message;
  if (delay > 0) span.setAttribute(attribute.messageDelay, delay / 1_000);
  if (decision.age === undefined) return;
  span.setAttribute(attribute.messageAge, decision.age / 1_000);
  span.setAttribute(attribute.messageAgeSource, arrival.sentAtSource);
}
