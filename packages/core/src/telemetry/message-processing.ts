import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Environment } from '../environment.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { RelationDecision } from '../policy/decide-relation.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { ExtractedArrival } from '../propagation/extract.ts';
import { withJourney } from '../propagation/journey.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { creationLink, judge } from './judge.ts';
import { distinctLinks, linkTo } from './links.ts';
import type { Processing } from './processing.ts';
import { isProcessedBy, isSame } from './rival.ts';
import { type Started, startSpan } from './start-span.ts';

/** Begins the handling of one message: reads what it carries, decides, and starts its span. */
export function beginMessage(env: Environment, message: IncomingMessage, active: Context): Processing {
  const rule = env.ruleFor(message.subject);
  const { arrival, decision } = judge(env, message, rule, active);
  const ambient = trace.getSpan(active);
  if (ambient !== undefined && isProcessedBy(ambient, arrival.spanContext, env.profile)) {
    const id = arrival.journeyId ?? ambient.spanContext().traceId;
    return { ...continued(arrival, ambient, id), borrowed: true };
  }

  const { spanContext, journeyId } = arrival;
  const parent = decision.relation === 'parent' ? spanContext : undefined;
  const started = startSpan(
    env,
    {
      operation: env.profile.operations.process,
      type: 'process',
      destination: message.destination,
      journeyId: rule.trust === 'trusted' ? journeyId : undefined,
    },
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: startAttributes(message, decision),
      links: linksOf(env, arrival, decision, ambient, rule),
    },
    parent === undefined ? arrival.context : trace.setSpanContext(arrival.context, parent),
  );
  describeDecision(started.span, arrival, decision);
  remember(env, message, started);
  return { ...continued(arrival, started.span, started.journeyId), borrowed: false };
}

function startAttributes(message: IncomingMessage, decision: RelationDecision): Attributes {
  const attributes: Attributes = { [attribute.relation]: decision.relation };
  if (message.id !== undefined) attributes[attribute.messageId] = message.id;
  if (message.attempt !== undefined) attributes[attribute.messageAttempt] = message.attempt;
  message.describe(attributes);
  return attributes;
}

function linksOf(
  env: Environment,
  arrival: ExtractedArrival,
  decision: RelationDecision,
  ambient: Span | undefined,
  rule: ResolvedRule,
): Link[] {
  const links: Link[] = [];
  const { spanContext, message } = arrival;
  const linked =
    decision.relation === 'link' || (decision.relation === 'parent' && env.settings.alsoLinkParent);
  if (spanContext !== undefined && linked) links.push(creationLink(spanContext, arrival, decision));
  const previous = previousAttempt(env, message);
  if (previous !== undefined && rule.trust === 'trusted') {
    links.push(
      linkTo('previous-attempt', previous, { [attribute.messageAttempt]: (message.attempt ?? 2) - 1 }),
    );
  }
  if (ambient?.isRecording() && !(spanContext !== undefined && isSame(ambient.spanContext(), spanContext))) {
    links.push(linkTo('ambient', ambient.spanContext()));
  }
  return distinctLinks(links);
}

function previousAttempt(env: Environment, message: IncomingMessage): SpanContext | undefined {
  if (message.id === undefined || message.attempt === undefined || message.attempt < 2) return undefined;
  return env.attempts.get(attemptKey(message.subject, message.id));
}

function remember(env: Environment, message: IncomingMessage, { span, journeyId }: Started): void {
  const { id, attempt, subject, receipt } = message;
  const spanContext = span.spanContext();
  if (id !== undefined && attempt !== undefined) env.attempts.set(attemptKey(subject, id), spanContext);
  if (receipt !== undefined) env.handled.set(receipt, { span: spanContext, journeyId });
}

function attemptKey(subject: string, id: string): string {
  return `${subject} ${id}`;
}

/** What no sampler needs is set after the start, and only where it is recorded. */
function describeDecision(span: Span, arrival: ExtractedArrival, decision: RelationDecision): void {
  if (!span.isRecording()) return;
  span.setAttribute(attribute.relationReason, decision.reason);
  if (decision.age === undefined) return;
  span.setAttribute(attribute.messageAge, decision.age / 1_000);
  span.setAttribute(attribute.messageAgeSource, arrival.sentAtSource);
}

/** The context of the handler: what was extracted, with the span in it and the journey to go on. */
function continued(
  { context, spanContext }: ExtractedArrival,
  span: Span,
  id: string,
): Omit<Processing, 'borrowed'> {
  const arrivedWith = (other: SpanContext): boolean =>
    spanContext !== undefined && isSame(spanContext, other);
  return {
    span,
    context: withJourney(trace.setSpan(context, span), { id, arrivedWith }),
    release: () => undefined,
  };
}
