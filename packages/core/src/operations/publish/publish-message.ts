import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { Failure } from '../../ground/settled.ts';
import { existingContext, inject } from '../../propagation/inject.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import { errorType } from '../../spans/fail-span.ts';
import { linkTo } from '../../spans/links.ts';
import { isSentBy } from '../../spans/other-instrumentation.ts';
import { validContext } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import { Operation } from '../operation.ts';
import { addDetail, addNote, addSendOutcome, startAttributes } from '../span-attributes.ts';

/** A call that publishes one message, from the start of its span until the client reports that it is done. */
export class PublishMessage extends Operation {
  /** The context that the client's own call runs in. */
  readonly context: MessageContext;

  readonly #message: OutgoingMessage;
  readonly #queue: QueueTelemetry;

  /** The `error.type` of what the message failed with, though the call did not. */
  #refusal: string | undefined;

  /** Starts the span, and writes its context into the message. */
  constructor(env: Environment, message: OutgoingMessage, active: MessageContext) {
    super(env, 'operationDuration');
    const queue = env.queues.of(message);
    this.#message = message;
    this.#queue = queue;
    const around = active.span;
    const existing = existingContext(message, active, queue);
    const isTraced = around !== undefined && isSentBy(around, existing, message.destination, env);
    let context = active;
    let spanContext = around && validContext(around);
    if (!isTraced && queue.makesSpan(around, spanContext)) {
      // Semantic conventions 1.45, messaging spans, span kind: PRODUCER where this is the context that the message is created in.
      const kind = existing === undefined ? SpanKind.PRODUCER : SpanKind.CLIENT;
      const links = existing && [linkTo('creation', existing)];
      const attributes = startAttributes(queue.sendSpan, message);
      const started = this.startSpan(queue.sendSpan, { kind, attributes, links }, active);
      if (started.isRecording) addDetail(started.span, message);
      context = active.withSpan(started.span);
      spanContext = started.spanContext;
    }
    this.context = context;
    inject(message, queue, context, spanContext, env.clock(), existing);
  }

  /** Records the id that the broker gave the message, or that it failed though the call did not. */
  outcome(index: number, id: string | undefined, error?: unknown): void {
    if (index === 0) this.#refusal = addSendOutcome(this.span, id, error);
  }

  /** Records what happens to the message, or what the client tells of it, before the call is done. */
  note(index: number, event: string | undefined, attributes: Attributes): void {
    if (this.span !== undefined && index === 0) addNote(this.span, event, attributes);
  }

  /** Ends the span and records the metrics. */
  end(failure: Failure | undefined): void {
    if (failure !== undefined) this.fail(failure.error);
    const { metrics } = this.#queue;
    this.finish((type) => metrics.sendAttributes(type));
    const { instruments } = this;
    if (instruments === undefined) return;
    const { count = 1 } = this.#message;
    const failed = failure === undefined ? this.#refusal : errorType(failure.error);
    if (failed === undefined) metrics.sentCounter(instruments).add(count);
    else instruments.sentMessages.add(count, metrics.sendAttributes(failed));
  }
}
