import { type Link, type Span, SpanKind } from '@opentelemetry/api';
import { reportFailure } from '../../diag.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { canBeParent, isRecording, spanTemplate } from '../../spans/start-span.ts';
import { commonDestination, commonMetrics } from '../batch.ts';
import type { Environment } from '../environment.ts';
import type { Operation } from '../operation.ts';
import { addBatchDecision, callAttributes, creationLink } from '../span-attributes.ts';
import { BatchJourney, type QueueLookup, queueLookup } from './batch-journey.ts';
import type { StartProcess } from './process-operation.ts';
import { type BatchReading, rememberMessages } from './remember-messages.ts';
import { readAndDecide } from './start-message.ts';

/**
 * Starts the processing of a batch: a root that links to as many of its messages as a span has room for, except those with the
 * relation `none`. Where all come from one queue, whose rule says `ambient`, it is a child of the span that is active.
 *
 * @returns a function that releases the messages when it ends, too: otherwise a timer that the handler started could keep them alive.
 */
export const startBatch: StartProcess = (env, operation, delivery, active, metricsRecorded) => {
  const { messages } = delivery;
  const { instruments } = operation;
  if (metricsRecorded === 'none' && instruments !== undefined) {
    for (const message of messages) env.queues.of(message).metrics.consumedCounter(instruments).add(1);
  }
  const reading: BatchReading = { read: 0 };
  rememberMessages(env, messages, 'count', reading);
  const [first] = messages;
  const destination = commonDestination(messages);
  const queueOf = queueLookup(env, messages);
  const queue = first === undefined || destination === undefined ? undefined : queueOf(first);
  const template =
    queue?.processSpan ?? spanTemplate(env.adapter, env.adapter.operations.process, 'process', undefined);
  const current = MessageContext.of(active);
  const parent = queue?.rule.relation === 'ambient' ? usableParent(current.span) : undefined;
  const base = MessageContext.without(active);
  const around = parent === undefined ? base : base.withSpan(parent);
  const aroundJourney = parent === undefined ? undefined : current.journey?.id;
  const links = distinctLinks(batchLinks(env, operation, messages, current, parent, queueOf, reading));
  const metrics = queue?.metrics ?? commonMetrics(messages, (message) => queueOf(message).metrics);
  const makesSpan =
    queue === undefined
      ? messages.length === 0 || messages.some((message) => queueOf(message).makesSpan(undefined))
      : queue.makesSpan(parent);
  if (!makesSpan) {
    const journey = new BatchJourney(queueOf, aroundJourney ?? parent?.spanContext().traceId, messages);
    return { context: around.handling(parent, journey), metrics, release: () => journey.release() };
  }
  const {
    span,
    isRecording: records,
    journeyId,
  } = operation.startSpan(
    template,
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: callAttributes(template, messages.length, delivery),
      links,
    },
    around,
    aroundJourney,
  );
  try {
    if (records) {
      const relation = parent === undefined ? 'link' : 'ambient';
      addBatchDecision(span, relation, queue?.rule, messages.length - reading.read);
    }
  } catch (error) {
    reportFailure('Describing a delivery', error);
  }
  const journey = new BatchJourney(queueOf, journeyId, messages);
  return { context: around.handling(span, journey), metrics, release: () => journey.release() };
};

function usableParent(span: Span | undefined): Span | undefined {
  return span !== undefined && canBeParent(span) ? span : undefined;
}

/** Yields the links one by one, so messages without room for a link are not read. */
function* batchLinks(
  env: Environment,
  { instruments }: Operation,
  messages: readonly IncomingMessage[],
  active: MessageContext,
  parent: Span | undefined,
  queueOf: QueueLookup,
  reading: BatchReading,
): Generator<Link> {
  const { span: ambient } = active;
  if (ambient !== undefined && ambient !== parent && isRecording(ambient)) {
    yield linkTo('ambient', ambient.spanContext());
  }
  for (const message of messages) {
    reading.read += 1;
    const queue = queueOf(message);
    const decision = readAndDecide(env, message, queue, active);
    const { input, relation, age } = decision;
    queue.metrics.recordAge(instruments, age, parent === undefined ? 'link' : 'ambient');
    if (input.spanContext !== undefined && relation !== 'none')
      yield creationLink(input.spanContext, decision, queue.rule);
  }
}
