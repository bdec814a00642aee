import { type Attributes, type Link, type SpanContext, SpanKind } from '@opentelemetry/api';
import type { Failure } from '../../ground/settled.ts';
import { metricAttributes } from '../../metrics/queue-metrics.ts';
import { existingContext, inject } from '../../propagation/inject.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import { errorType, failSpan } from '../../spans/fail-span.ts';
import { distinctLinks, linkTo } from '../../spans/links.ts';
import { isSentBy } from '../../spans/other-instrumentation.ts';
import {
  awaitsEnd,
  endSpan,
  type Started,
  spanTemplate,
  startSpan,
  validContext,
} from '../../spans/start-span.ts';
import { commonDestination, commonMetrics } from '../batch.ts';
import type { Environment } from '../environment.ts';
import { Operation } from '../operation.ts';
import { addDetail, addNote, addSendOutcome, callAttributes, startAttributes } from '../span-attributes.ts';

/** One message of a batch. */
interface BatchItem {
  readonly message: OutgoingMessage;
  readonly queue: QueueTelemetry;

  /** The creation context that the caller put into the message. */
  readonly existing: SpanContext | undefined;

  /** Its own span, where there is one for each message. */
  started: Started | undefined;

  /** The `error.type` of what it failed with. */
  errorType: string | undefined;
}

/** A call that publishes a batch, from the start of its spans until the client reports that it is done. */
export class PublishBatch extends Operation {
  /** The context that the client's own call runs in. */
  readonly context: MessageContext;

  readonly #items: readonly BatchItem[];

  /** Starts the spans, and writes their contexts into the messages. */
  constructor(env: Environment, messages: readonly OutgoingMessage[], active: MessageContext) {
    super(env, 'operationDuration');
    this.#items = messages.map((message): BatchItem => {
      const queue = env.queues.of(message);
      const existing = existingContext(message, active, queue);
      return { message, queue, existing, started: undefined, errorType: undefined };
    });
    const around = active.span;
    const isTraced =
      around !== undefined &&
      this.#items.some(({ existing, message }) => isSentBy(around, existing, message.destination, env));
    const call =
      !isTraced && this.#items.some(({ queue }) => queue.makesSpan(around))
        ? this.#startCall(messages, active)
        : undefined;
    this.context = call === undefined ? active : active.withSpan(call.span);
    const spanContext = call === undefined ? around && validContext(around) : call.spanContext;
    const now = env.clock();
    for (const item of this.#items) {
      const { message, queue, existing } = item;
      if (
        existing === undefined &&
        call !== undefined &&
        env.settings.messageSpans &&
        queue.makesSpan(call.span)
      ) {
        const { span, spanContext: own } = this.#startMessage(item);
        inject(message, queue, this.context.withSpan(span), own, now);
      } else {
        inject(message, queue, this.context, spanContext, now, existing);
      }
    }
  }

  #startCall(messages: readonly OutgoingMessage[], active: MessageContext): Started {
    const items = this.#items;
    const { adapter, settings } = this.env;
    // Semantic conventions 1.45, messaging spans, span kind: PRODUCER where this is the context that messages are created in.
    const creates = !settings.messageSpans && items.some(({ existing }) => existing === undefined);
    const kind = creates ? SpanKind.PRODUCER : SpanKind.CLIENT;
    const existing: Link[] = [];
    for (const item of items) {
      if (item.existing !== undefined) existing.push(linkTo('creation', item.existing));
    }
    const links = distinctLinks(existing);
    const destination = commonDestination(messages);
    const [first] = items;
    const template =
      destination === undefined || first === undefined
        ? spanTemplate(adapter, adapter.operations.send, 'send', undefined)
        : first.queue.sendSpan;
    return this.startSpan(
      template,
      { kind, links, attributes: callAttributes(template, items.length) },
      active,
    );
  }

  #startMessage(item: BatchItem): Started {
    const { message, queue } = item;
    const dependent = this.#items[message.dependent ?? -1]?.started?.spanContext;
    const attributes = startAttributes(queue.createSpan, message);
    const kind = SpanKind.PRODUCER;
    const links = dependent && [linkTo('dependent', dependent)];
    const started = startSpan(this.env, queue.createSpan, { kind, attributes, links }, this.context);
    if (started.isRecording) addDetail(started.span, message);
    item.started = started;
    return started;
  }

  override get isObserved(): boolean {
    return (
      super.isObserved || this.#items.some(({ started }) => started !== undefined && awaitsEnd(started.span))
    );
  }

  /** Records the outcome of one message. */
  outcome(index: number, id: string | undefined, error?: unknown): void {
    const item = this.#items[index];
    if (item !== undefined) item.errorType = addSendOutcome(item.started?.span, id, error);
  }

  /** Records what happens to one message, or what the client tells of it, before the call is done. */
  note(index: number, event: string | undefined, attributes: Attributes): void {
    const span = this.#items[index]?.started?.span;
    if (span !== undefined) addNote(span, event, attributes);
  }

  /** Ends the spans and records the metrics. */
  end(failure: Failure | undefined): void {
    for (const item of this.#items) {
      const span = item.started?.span;
      if (failure !== undefined) {
        item.errorType = errorType(failure.error);
        if (span !== undefined) failSpan(span, failure.error);
      }
      if (span !== undefined) endSpan(span);
    }
    if (failure !== undefined) this.fail(failure.error);
    this.finish((type) => this.#durationAttributes(type));
    const { instruments } = this;
    if (instruments === undefined) return;
    for (const { message, queue, errorType: type } of this.#items) {
      const { count = 1 } = message;
      if (type === undefined) queue.metrics.sentCounter(instruments).add(count);
      else instruments.sentMessages.add(count, queue.metrics.sendAttributes(type));
    }
  }

  #durationAttributes(type: string | undefined): Attributes {
    const { adapter } = this.env;
    const metrics = commonMetrics(this.#items, ({ queue }) => queue.metrics);
    return (
      metrics?.sendAttributes(type) ?? metricAttributes(adapter, adapter.operations.send, undefined, type)
    );
  }
}
