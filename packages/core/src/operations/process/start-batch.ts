import { type Context, type Link, type SpanContext, SpanKind } from '@opentelemetry/api';
import { report, safely } from '../../diag.ts';
import { commonValue } from '../../ground/same-for-all.ts';
import { recordAge } from '../../message-age.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import { arrivalContext } from '../../propagation/extract.ts';
import { addDigests, isAmong, type Journey } from '../../propagation/journey.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { HeaderReader } from '../../seam/header.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import { planSpan } from '../../span-plan.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { isRecording, startSpan } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Processing } from './processing.ts';
import { creationLink, judge } from './read-and-decide.ts';

/** How far a batch was read for the links of its span. */
export interface BatchReading {
  /** The number of messages that were read, from the first on. */
  read: number;
}

/**
 * Begins the handling of a batch: a root that links to its messages, as many as a span has room for, but for those whose
 * relation is `none`.
 */
export function beginBatch(
  env: Environment,
  delivery: Delivery,
  active: Context,
  reading: BatchReading,
  instruments: Instruments | undefined,
): Processing {
  const { messages } = delivery;
  const [first] = messages;
  const destination = commonValue(messages, (message) => message.destination);
  const plan =
    first === undefined || destination === undefined
      ? planSpan(env.profile, env.profile.operations.process, 'process', undefined)
      : env.planFor(first).process;
  const attributes = {
    ...plan.attributes,
    [attribute.batchMessageCount]: messages.length,
  };
  delivery.describe?.(attributes);
  const { span, context, journeyId } = startSpan(
    env,
    plan,
    {
      kind: SpanKind.CONSUMER,
      root: true,
      attributes,
      links: distinctLinks(linksOf(env, messages, active, reading, instruments)),
    },
    MessageContext.without(active),
  );
  try {
    if (isRecording(span)) {
      span.setAttribute(attribute.relation, 'link');
      span.setAttribute(attribute.relationReason, 'batch');
      const unread = messages.length - reading.read;
      if (unread > 0) span.setAttribute(attribute.batchUnlinked, unread);
    }
  } catch (error) {
    report('Describing a delivery failed; messages are not affected', error);
  }
  const journey = new BatchJourney(env, journeyId, messages);
  return {
    span,
    context: context.handling(span, journey),
    borrowed: false,
    release: () => journey.release(),
  };
}

/** Yields the links one by one, so that the messages for which there is no room are not even read. */
function* linksOf(
  env: Environment,
  messages: readonly IncomingMessage[],
  active: Context,
  reading: BatchReading,
  instruments: Instruments | undefined,
): Generator<Link> {
  const { span: ambient } = MessageContext.of(active);
  if (ambient !== undefined && isRecording(ambient)) yield linkTo('ambient', ambient.spanContext());
  for (const message of messages) {
    reading.read += 1;
    const plan = env.planFor(message);
    const { arrival, decision } = judge(env, message, plan, active);
    recordAge(instruments, plan, decision.age, 'link');
    if (arrival.spanContext !== undefined && decision.relation !== 'none') {
      yield creationLink(arrival.spanContext, arrival, decision);
    }
  }
}

/** The contexts that the messages of a batch arrived with are read when a handler first forwards one. */
class BatchJourney implements Journey {
  readonly handles = 'batch';
  readonly id: string | undefined;
  readonly #env: Environment;
  #messages: readonly IncomingMessage[];
  #arrived: Set<string> | undefined;
  #baggage: Set<number> | undefined;

  constructor(env: Environment, id: string | undefined, messages: readonly IncomingMessage[]) {
    this.#env = env;
    this.id = id;
    this.#messages = messages;
  }

  arrivedWith(spanContext: SpanContext): boolean {
    this.#arrived ??= this.#contextsOf(this.#messages);
    return this.#arrived.has(keyOf(spanContext));
  }

  forwardsBaggage(message: HeaderReader): boolean {
    return isAmong(message.header('baggage'), this.#refusedBaggage());
  }

  #contextsOf(messages: readonly IncomingMessage[]): Set<string> {
    return new Set(
      messages.flatMap((message) => {
        const created = arrivalContext(message, this.#env.codec);
        return created === undefined ? [] : [keyOf(created)];
      }),
    );
  }

  #refusedBaggage(): ReadonlySet<number> {
    if (this.#baggage !== undefined) return this.#baggage;
    const digests = new Set<number>();
    this.#baggage = digests;
    for (const message of this.#messages) {
      safely('Reading a baggage', () => {
        if (this.#env.planFor(message).rule.accepts !== undefined)
          addDigests(message.header('baggage'), digests);
      });
    }
    return digests;
  }

  release(): void {
    // What a timer sends on later of senders that are not trusted must be known, too.
    this.#refusedBaggage();
    this.#arrived = this.#contextsOf(
      this.#messages.filter((message) => this.#env.planFor(message).rule.trust === 'untrusted'),
    );
    this.#messages = [];
  }
}

function keyOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}${spanId}`;
}
