import { type Link, type Span, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { reportFailure, safely } from '../../diag.ts';
import { isSameSpan } from '../../ground/span-ids.ts';
import { attemptNumber } from '../../history/attempts.ts';
import { addDigests, MessageJourney } from '../../propagation/journey.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { Attempt, IncomingMessage } from '../../seam/incoming-message.ts';
import { distinctLinks, linkTo, previousAttemptLink } from '../../spans/links.ts';
import { isOurs, isProcessedBy } from '../../spans/other-instrumentation.ts';
import { isRecording, validContext } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Operation } from '../operation.ts';
import { addDecision, addProcessDetail, creationLink, startAttributes } from '../span-attributes.ts';
import type { MetricsRecorded, StartProcess } from './process-operation.ts';
import { type Decision, readAndDecide } from './read-and-decide.ts';

/** Starts the processing of one message, where a delivery has no other. */
export const startMessage: StartProcess = (env, operation, delivery, active, metricsRecorded) => {
  const [message] = delivery.messages as readonly [IncomingMessage];
  // Looked up once: the policy may change before the message is handled.
  const queue = env.queueTelemetry(message);
  const { metrics } = queue;
  const { instruments } = operation;
  if (metricsRecorded === 'none' && instruments !== undefined) metrics.consumed(instruments).add(1);
  const current = MessageContext.of(active);
  const context = contextOf(env, operation, delivery, message, queue, current, metricsRecorded);
  return { context, metrics };
};

/** Reads what a message carries, decides, and starts its span. Gives the context that its handler runs in. */
function contextOf(
  env: Environment,
  operation: Operation,
  { startedAt, tellsWhetherItComesAgain }: Delivery,
  message: IncomingMessage,
  queue: QueueTelemetry,
  current: MessageContext,
  metricsRecorded: MetricsRecorded,
): MessageContext {
  const decision = readAndDecide(env, message, queue, current, startedAt);
  const { input, relation, age } = decision;
  if (metricsRecorded !== 'count-and-age') queue.metrics.recordAge(operation.instruments, age, relation);
  const trustedJourney = queue.rule.trust === 'trusted' ? input.journeyId : undefined;
  const { span: ambient } = current;
  if (
    ambient !== undefined &&
    isProcessedBy(ambient, input.spanContext, message.destination, current.journey, env)
  ) {
    if (!isOurs(ambient, env.adapter)) env.misuse?.doubled(ambient);
    operation.joinSpan(ambient);
    const journeyId = trustedJourney ?? ambient.spanContext().traceId;
    return input.context.handling(ambient, journeyOf(journeyId, decision, queue));
  }

  env.misuse?.attached(message, ambient, relation);
  const parent = parentOf(decision, ambient);
  const parentContext = relation === 'parent' ? input.spanContext : parent && validContext(parent);
  if (!queue.makesSpan(parent, parentContext)) {
    // So that its settlement is passed on, too.
    const journeyId = trustedJourney ?? parentContext?.traceId;
    if (parentContext !== undefined) env.handled.add(message.receipt, parentContext, journeyId);
    return input.context.handling(parent, journeyOf(journeyId, decision, queue));
  }
  const previous = env.attempts.previous(message);
  const attempt = attemptNumber(message, previous);
  const around = parent === undefined ? input.context : input.context.withSpan(parent);
  const {
    span,
    spanContext,
    isRecording: records,
    journeyId,
  } = operation.startSpan(
    queue.process,
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: startAttributes(queue.process, message),
      links: linksOf(env, decision, queue, previous, ambient),
    },
    around,
    trustedJourney ?? (relation === 'ambient' ? current.journey?.id : undefined),
  );
  try {
    if (records) {
      addProcessDetail(span, message, attempt);
      addDecision(span, decision, queue.rule);
    }
    env.misuse?.began(span, message);
    if (spanContext !== undefined) {
      if (!tellsWhetherItComesAgain) env.attempts.remember(message, attempt ?? 1, spanContext);
      env.schedules.remember(message, spanContext);
      env.flows.remember(message, spanContext);
      env.handled.add(message.receipt, spanContext, journeyId);
    }
  } catch (error) {
    reportFailure('Describing a delivery', error);
  }
  return input.context.handling(span, journeyOf(journeyId, decision, queue));
}

/** The span that the message's is a child of; `undefined` for a root. */
export function parentOf({ relation, input }: Decision, ambient: Span | undefined): Span | undefined {
  if (relation === 'ambient') return ambient;
  if (relation !== 'parent' || input.spanContext === undefined) return undefined;
  return trace.wrapSpanContext(input.spanContext);
}

/** The journey that the handler of a message continues. */
function journeyOf(id: string | undefined, { input }: Decision, { rule }: QueueTelemetry): MessageJourney {
  const { message, spanContext } = input;
  // Recognises the baggage of a message when it is sent on, if not all of it is accepted.
  const digests =
    rule.accepts === undefined
      ? undefined
      : safely('Reading a baggage', () => {
          const value = message.headers.get('baggage');
          return value === undefined ? undefined : addDigests(value, new Set());
        });
  return new MessageJourney(id, spanContext, digests);
}

function linksOf(
  env: Environment,
  decision: Decision,
  { rule }: QueueTelemetry,
  previous: Attempt | undefined,
  ambient: Span | undefined,
): Link[] | undefined {
  const { relation, input } = decision;
  const { message, spanContext: created } = input;
  const isParent =
    created !== undefined && (relation === 'parent' || (relation === 'ambient' && isSpan(ambient, created)));
  const links: Link[] = [];
  if (created !== undefined && relation !== 'none' && (!isParent || env.settings.alsoLinkParent)) {
    links.push(creationLink(created, decision, rule));
  }
  if (previous !== undefined) links.push(previousAttemptLink(previous));
  const run = env.schedules.previous(message);
  if (run !== undefined) links.push(linkTo('previous-run', run));
  for (const dependency of env.flows.dependencies(message)) links.push(linkTo('dependency', dependency));
  if (
    relation !== 'ambient' &&
    ambient !== undefined &&
    isRecording(ambient) &&
    !(created !== undefined && isSpan(ambient, created))
  ) {
    links.push(linkTo('ambient', ambient.spanContext()));
  }
  return links.length === 0 ? undefined : distinctLinks(links);
}

function isSpan(span: Span | undefined, spanContext: SpanContext): boolean {
  return span !== undefined && isSameSpan(span.spanContext(), spanContext);
}
