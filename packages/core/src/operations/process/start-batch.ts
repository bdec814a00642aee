import { type Context, type Link, type Span, type SpanContext, SpanKind } from '@opentelemetry/api';
import { report, safely } from '../../diag.ts';
import { sameForAll } from '../../ground/same-for-all.ts';
import { arrivalContext } from '../../propagation/extract.ts';
import { addDigests, isAmong, type Journey } from '../../propagation/journey.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { HeaderCarrier } from '../../seam/headers.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { canBeParent, isRecording, spanTemplate } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Operation } from '../operation.ts';
import { addBatchDecision, callAttributes, creationLink } from '../span-attributes.ts';
import { readAndDecide } from './read-and-decide.ts';

/** How much of a batch was read for the links of its span. */
export interface BatchReading {
  /** The number of messages that were read, from the first on. */
  read: number;
}

/**
 * Starts the processing of a batch: a root that links to its messages, as many as a span has room for, but for those whose
 * relation is `none`. Where all come from one queue, whose rule says `ambient`, it is a child of the span that is active.
 *
 * @returns the context that its handler runs in, and a function that releases the messages when it ends: otherwise a timer that the
 * handler started could keep them alive.
 */
export function startBatch(
  env: Environment,
  operation: Operation,
  delivery: Delivery,
  active: Context,
  reading: BatchReading,
): { readonly context: MessageContext; readonly release: () => void } {
  const { messages } = delivery;
  const [first] = messages;
  const destination = sameForAll(messages, (message) => message.destination);
  const queue = first === undefined || destination === undefined ? undefined : env.queueTelemetry(first);
  const template =
    queue?.process ?? spanTemplate(env.adapter, env.adapter.operations.process, 'process', undefined);
  const current = MessageContext.of(active);
  const parent = queue?.rule.relation === 'ambient' ? usableParent(current.span) : undefined;
  const base = MessageContext.without(active);
  const { span, context, journeyId } = operation.startSpan(
    template,
    {
      kind: SpanKind.CONSUMER,
      root: parent === undefined,
      attributes: callAttributes(template, messages.length, delivery),
      links: distinctLinks(linksOf(env, operation, messages, current, parent, reading)),
    },
    parent === undefined ? base : base.withSpan(parent),
    parent === undefined ? undefined : current.journey?.id,
  );
  try {
    if (isRecording(span)) {
      const relation = parent === undefined ? 'link' : 'ambient';
      addBatchDecision(span, relation, queue?.rule, messages.length - reading.read);
    }
  } catch (error) {
    report('Describing a delivery failed; messages are not affected', error);
  }
  const journey = new BatchJourney(env, journeyId, messages);
  return { context: context.handling(span, journey), release: () => journey.release() };
}

function usableParent(span: Span | undefined): Span | undefined {
  return span !== undefined && canBeParent(span) ? span : undefined;
}

/** Yields the links one by one, so that the messages for which there is no room are not even read. */
function* linksOf(
  env: Environment,
  { instruments }: Operation,
  messages: readonly IncomingMessage[],
  active: MessageContext,
  parent: Span | undefined,
  reading: BatchReading,
): Generator<Link> {
  const { span: ambient } = active;
  if (ambient !== undefined && ambient !== parent && isRecording(ambient)) {
    yield linkTo('ambient', ambient.spanContext());
  }
  for (const message of messages) {
    reading.read += 1;
    const queue = env.queueTelemetry(message);
    const decision = readAndDecide(env, message, queue, active);
    const { input, relation, age } = decision;
    queue.recordAge(instruments, age, 'link');
    if (input.spanContext !== undefined && relation !== 'none')
      yield creationLink(input.spanContext, decision);
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

  forwardsBaggage(message: HeaderCarrier): boolean {
    return isAmong(message.headers.get('baggage'), this.#refusedBaggage());
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
        if (this.#env.queueTelemetry(message).rule.accepts !== undefined)
          addDigests(message.headers.get('baggage'), digests);
      });
    }
    return digests;
  }

  release(): void {
    // A timer may later send on baggage of untrusted senders, so that must be known, too.
    this.#refusedBaggage();
    this.#arrived = this.#contextsOf(
      this.#messages.filter((message) => this.#env.queueTelemetry(message).rule.trust === 'untrusted'),
    );
    this.#messages = [];
  }
}

function keyOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}${spanId}`;
}
