import { SpanKind } from '@opentelemetry/api';
import { reportFailure } from '../../diag.ts';
import { attemptNumber } from '../../history/attempts.ts';
import { type Circumstances, decideRelation, plainCircumstances } from '../../policy/decide-relation.ts';
import type { ResolvedRule } from '../../policy/resolved-rule.ts';
import { extract } from '../../propagation/extract.ts';
import { MessageJourney } from '../../propagation/journey.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { isOurs, isProcessedBy } from '../../spans/other-instrumentation.ts';
import { canBeParent, validContext } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Operation } from '../operation.ts';
import { addDecision, addProcessDetail, type Decision, startAttributes } from '../span-attributes.ts';
import { linksOf, parentOf } from './parent-and-links.ts';
import type { MetricsRecorded, StartProcess } from './process-operation.ts';

/** Starts the processing of one message, where a delivery has no other. */
export const startMessage: StartProcess = (env, operation, delivery, active, metricsRecorded) => {
  const [message] = delivery.messages as readonly [IncomingMessage];
  // Looked up once: the policy may change before the message is handled.
  const queue = env.queues.of(message);
  const { metrics } = queue;
  const { instruments } = operation;
  if (metricsRecorded === 'none' && instruments !== undefined) metrics.consumedCounter(instruments).add(1);
  const current = MessageContext.of(active);
  const context = handlerContext(env, operation, delivery, message, queue, current, metricsRecorded);
  return { context, metrics };
};

/** Reads what a message carries, decides, and starts its span: gives the context that its handler runs in. */
function handlerContext(
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
    return input.context.handling(ambient, MessageJourney.of(journeyId, input, queue.rule));
  }

  env.misuse?.attached(message, ambient, relation);
  const parent = parentOf(decision, ambient);
  // It was valid when it was read. That of an active span is looked at only where it is needed.
  const readContext = relation === 'parent' ? input.spanContext : undefined;
  if (!queue.makesSpan(parent, readContext)) {
    const parentContext = readContext ?? (parent && validContext(parent));
    // So that its settlement is passed on, too.
    const journeyId = trustedJourney ?? parentContext?.traceId;
    if (parentContext !== undefined) env.handled.add(message.receipt, parentContext, journeyId);
    return input.context.handling(parent, MessageJourney.of(journeyId, input, queue.rule));
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
    queue.processSpan,
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: startAttributes(queue.processSpan, message),
      links: linksOf(env, decision, queue.rule, previous, ambient),
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
  return input.context.handling(span, MessageJourney.of(journeyId, input, queue.rule));
}

/** What a decision needs of its surroundings. */
export interface Decider extends Pick<Environment, 'attempts' | 'clock'> {
  readonly reporter: Pick<Environment['reporter'], 'report'>;
}

/**
 * Reads a message and decides how its consumer span relates to it. Counts problems of its headers.
 *
 * @param active the context that its client calls in.
 * @param startedAt when its handling started, in ms since the epoch; default now.
 */
export function readAndDecide(
  env: Decider,
  message: IncomingMessage,
  { rule, codec, reportProblem }: QueueTelemetry,
  active: MessageContext,
  startedAt?: number | undefined,
): Decision {
  const input = extract(message, active, codec, rule, reportProblem);
  const now = env.clock() - (startedAt === undefined ? 0 : Date.now() - startedAt);
  const decided = decideRelation(input, rule, now, circumstancesOf(env, message, rule, active));
  if (decided.skewed) reportProblem(input.sentAtSource, 'clock-skew');
  if ('failure' in decided) {
    reportProblem('relation', 'error');
    env.reporter.report(
      'WAYBILL_RELATION_FUNCTION_FAILED',
      `The relation function for ${message.queueKey} failed; the default rule applies`,
      decided.failure,
    );
  }
  const { relation, reason, age, linkAfter } = decided;
  return { input, relation, reason, age: inSeconds(age), linkAfter: inSeconds(linkAfter) };
}

/** Looks around only for rules that ask for it. */
function circumstancesOf(
  env: Decider,
  message: IncomingMessage,
  { mayBeAmbient, hasDefaultRelation, retries }: ResolvedRule,
  { span }: MessageContext,
): Circumstances {
  const asksForSpan = mayBeAmbient || (hasDefaultRelation && message.isInvocation === true);
  if (!asksForSpan && retries === 'same') return plainCircumstances;
  return {
    isInSpan: asksForSpan && span !== undefined && canBeParent(span),
    attempt: retries === 'link' ? attemptNumber(message, env.attempts.previous(message)) : undefined,
  };
}

function inSeconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : time / 1_000;
}
