import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { sameForAll } from '../../ground/same-for-all.ts';
import type { Failure } from '../../ground/settled.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import { metricAttributes } from '../../metrics/metric-attributes.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import { errorType, failSpan } from '../../spans/fail-span.ts';
import { awaitsEnd, endSpan, type Started } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Operation } from '../operation.ts';
import { addMessageId, addToldAttributes } from '../span-attributes.ts';

/** One message of a publish call. */
export interface PublishItem {
  readonly message: OutgoingMessage;
  readonly queue: QueueTelemetry;

  /** The creation context that the caller put into the message. */
  readonly existingContext: SpanContext | undefined;

  /** Its own span, where a batch has one for each message. */
  messageSpan: Started | undefined;

  /** The `error.type` of what it failed with. */
  errorType: string | undefined;
}

/** A publish call, from the start of its spans until the client reports that it is done. */
export class PublishOperation {
  /** The context that the client's own call runs in. */
  readonly context: MessageContext;

  readonly #env: Environment;
  readonly #items: readonly PublishItem[];
  readonly #batch: boolean;
  readonly #operation: Operation;

  /** @param context the one that the client's own call runs in. */
  constructor(
    env: Environment,
    items: readonly PublishItem[],
    batch: boolean,
    operation: Operation,
    context: MessageContext,
  ) {
    this.#env = env;
    this.#items = items;
    this.#batch = batch;
    this.#operation = operation;
    this.context = context;
  }

  /** Whether the call has a span of its own. Without one, {@link context} is the context that is active anyway. */
  get hasSpan(): boolean {
    return this.#operation.span !== undefined;
  }

  /** Whether there is anything to do when the call ends. */
  get isObserved(): boolean {
    return (
      this.#operation.isObserved ||
      this.#items.some(({ messageSpan }) => messageSpan !== undefined && awaitsEnd(messageSpan.span))
    );
  }

  /** Records the outcome of one message. */
  outcome(index: number, id: string | undefined, error?: unknown): void {
    const item = this.#items[index];
    if (item === undefined) return;
    const span = this.#spanOf(item);
    if (id !== undefined && span !== undefined) addMessageId(span, id);
    if (error === undefined) return;
    item.errorType = errorType(error);
    if (span !== undefined) failSpan(span, error);
  }

  /** Records what happens to one message, or what the client tells of it, before the call is done. */
  note(index: number, event: string | undefined, attributes: Attributes): void {
    const item = this.#items[index];
    const span = item && this.#spanOf(item);
    if (span === undefined) return;
    if (event === undefined) addToldAttributes(span, attributes);
    else span.addEvent(event, attributes);
  }

  /** Ends the spans and records the metrics. */
  end(failure: Failure | undefined): void {
    for (const item of this.#items) {
      const { messageSpan } = item;
      if (failure !== undefined) {
        item.errorType = errorType(failure.error);
        if (messageSpan !== undefined) failSpan(messageSpan.span, failure.error);
      }
      if (messageSpan !== undefined) endSpan(messageSpan.span);
    }
    if (failure !== undefined) this.#operation.fail(failure.error);
    this.#operation.end((type) => this.#durationAttributes(type));
    const { instruments } = this.#operation;
    if (instruments !== undefined) countSent(this.#env, instruments, this.#items);
  }

  #spanOf({ messageSpan }: PublishItem): Span | undefined {
    return messageSpan?.span ?? (this.#batch ? undefined : this.#operation.span);
  }

  #durationAttributes(type: string | undefined): Attributes {
    const { adapter } = this.#env;
    const { send } = adapter.operations;
    const [first] = this.#items;
    const destination = sameForAll(this.#items, ({ queue }) => queue.metrics.destination.name);
    if (first === undefined || destination === undefined) {
      return metricAttributes(adapter, send, undefined, type);
    }
    const { metrics } = first.queue;
    return type === undefined ? metrics.sends : metrics.attributes(send, type);
  }
}

/** Counts the messages that a call tried to send, by destination and `error.type`. */
function countSent({ adapter }: Environment, instruments: Instruments, items: readonly PublishItem[]): void {
  const { send } = adapter.operations;
  let failed: Map<string, { count: number; readonly item: PublishItem }> | undefined;
  for (const item of items) {
    if (item.errorType === undefined) {
      item.queue.metrics.sent(instruments).add(item.message.count ?? 1);
      continue;
    }
    const key = `${item.errorType} ${item.queue.metrics.destination.name}`;
    failed ??= new Map();
    const group = failed.get(key);
    const { count = 1 } = item.message;
    if (group === undefined) failed.set(key, { count, item });
    else group.count += count;
  }
  for (const { count, item } of failed?.values() ?? []) {
    instruments.sentMessages.add(count, item.queue.metrics.attributes(send, item.errorType));
  }
}
