import type { SpanContext } from '@opentelemetry/api';
import { safely } from '../../diag.ts';
import { keyOfSpan } from '../../ground/span-ids.ts';
import { arrivalContext } from '../../propagation/extract.ts';
import { addDigests, isAmong, type Journey } from '../../propagation/journey.ts';
import type { QueueTelemetry } from '../../queue-telemetry.ts';
import type { HeaderCarrier } from '../../seam/headers.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import type { Environment } from '../environment.ts';

/** Finds what is known of the queue of a message. */
export type QueueLookup = (message: IncomingMessage) => QueueTelemetry;

/**
 * Looks up what is known of the queues of a batch. It stays as it was when it was first asked for: the policy may change before the batch
 * ends.
 */
export function queueLookup(env: Environment, messages: readonly IncomingMessage[]): QueueLookup {
  const [first] = messages;
  const queue = first && env.queues.of(first);
  const others = new Map<string, QueueTelemetry>();
  return (message) => {
    const { destination, queueKey } = message;
    if (queue?.destination === destination && queue.queueKey === queueKey) return queue;
    const key = `${queueKey} ${destination}`;
    let other = others.get(key);
    if (other === undefined) {
      other = env.queues.of(message);
      others.set(key, other);
    }
    return other;
  };
}

/** The contexts that the messages of a batch arrived with are read when a handler first forwards one. */
export class BatchJourney implements Journey {
  readonly handles = 'batch';
  readonly id: string | undefined;
  readonly #queueOf: QueueLookup;
  #messages: readonly IncomingMessage[];
  #arrived: Set<string> | undefined;
  #baggage: Set<number> | undefined;

  constructor(queueOf: QueueLookup, id: string | undefined, messages: readonly IncomingMessage[]) {
    this.#queueOf = queueOf;
    this.id = id;
    this.#messages = messages;
  }

  arrivedWith(spanContext: SpanContext): boolean {
    this.#arrived ??= this.#contextsOf(this.#messages);
    return this.#arrived.has(keyOfSpan(spanContext));
  }

  forwardsBaggage(message: HeaderCarrier): boolean {
    return isAmong(message.headers.get('baggage'), this.#refusedBaggage());
  }

  #contextsOf(messages: readonly IncomingMessage[]): Set<string> {
    return new Set(
      messages.flatMap((message) => {
        const { codec, rule } = this.#queueOf(message);
        const created = arrivalContext(message, codec, rule);
        return created === undefined ? [] : [keyOfSpan(created)];
      }),
    );
  }

  #refusedBaggage(): ReadonlySet<number> {
    if (this.#baggage !== undefined) return this.#baggage;
    const digests = new Set<number>();
    this.#baggage = digests;
    for (const message of this.#messages) {
      safely('Reading a baggage', () => {
        if (this.#queueOf(message).rule.accepts !== undefined)
          addDigests(message.headers.get('baggage'), digests);
      });
    }
    return digests;
  }

  release(): void {
    // A timer may later send on baggage of untrusted senders, so that must be known, too.
    this.#refusedBaggage();
    this.#arrived = this.#contextsOf(
      this.#messages.filter((message) => this.#queueOf(message).rule.trust === 'untrusted'),
    );
    this.#messages = [];
  }
}
