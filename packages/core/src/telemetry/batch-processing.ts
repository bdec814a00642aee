import {
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { commonValue } from '../common-value.ts';
import type { Environment } from '../environment.ts';
import type { Delivery } from '../messages/delivery.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import { arrivalContext, handlerBase } from '../propagation/extract.ts';
import { withJourney } from '../propagation/journey.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { recordAgeInBatch } from './accounting.ts';
import { creationLink, judge } from './judge.ts';
import { distinctLinks, linkTo } from './links.ts';
import type { Processing } from './processing.ts';
import { startSpan } from './start-span.ts';

/**
 * Begins the handling of a batch: a root that links to its messages, as many as a span has room for, but for those whose
 * relation is `none`.
 */
export function beginBatch(env: Environment, delivery: Delivery, active: Context): Processing {
  const { messages } = delivery;
  const attributes: Attributes = {
    [attribute.batchMessageCount]: messages.length,
    [attribute.relation]: 'link',
  };
  delivery.describe?.(attributes);
  const reading = { unread: messages.length };
  const started = startSpan(
    env,
    {
      operation: env.profile.operations.process,
      type: 'process',
      destination: commonValue(messages, (message) => message.destination),
    },
    {
      kind: SpanKind.CONSUMER,
      root: true,
      attributes,
      links: distinctLinks(linksOf(env, messages, active, reading)),
    },
    handlerBase(active),
  );
  if (started.span.isRecording()) {
    started.span.setAttribute(attribute.relationReason, 'batch');
    if (reading.unread > 0) started.span.setAttribute(attribute.batchUnlinked, reading.unread);
  }

  const arrivals = lateArrivals(env, messages);
  const journey = { id: started.journeyId, arrivedWith: arrivals.include };
  return {
    span: started.span,
    context: withJourney(started.context, journey),
    borrowed: false,
    release: arrivals.release,
  };
}

/** Yields the links one by one, so that the messages for which there is no room are not even read. */
function* linksOf(
  env: Environment,
  messages: readonly IncomingMessage[],
  active: Context,
  reading: { unread: number },
): Generator<Link> {
  const ambient = trace.getSpan(active);
  if (ambient?.isRecording()) yield linkTo('ambient', ambient.spanContext());
  for (const message of messages) {
    reading.unread -= 1;
    const { arrival, decision } = judge(env, message, env.ruleFor(message.subject), active);
    recordAgeInBatch(env, message, decision.age);
    if (arrival.spanContext !== undefined && decision.relation !== 'none') {
      yield creationLink(arrival.spanContext, arrival, decision);
    }
  }
}

/** The contexts that the messages of a batch arrived with, read when a handler first forwards one. */
function lateArrivals(
  env: Environment,
  batch: readonly IncomingMessage[],
): { readonly include: (context: SpanContext) => boolean; readonly release: () => void } {
  let messages = batch;
  let arrived: Set<string> | undefined;
  const key = ({ traceId, spanId }: SpanContext): string => `${traceId}${spanId}`;
  return {
    include(context) {
      arrived ??= new Set(
        messages.flatMap((message) => {
          const created = arrivalContext(message, env.codec);
          return created === undefined ? [] : [key(created)];
        }),
      );
      return arrived.has(key(context));
    },
    release() {
      messages = [];
      arrived = new Set();
    },
  };
}
