import type { Attributes } from '@opentelemetry/api';
import { attribute, HeaderRecord, type HeaderValue, type IncomingMessage } from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import { describeDeadLetter } from './dead-letter.ts';
import { type DeliveryCount, deliveryCount, redeliveryCount } from './delivery-count.ts';
import type { Destination } from './destination.ts';
import { headerValue } from './header-value.ts';

/** A message that a channel was given, from a queue. */
export class AmqpIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly subject: string;
  readonly native: Message;
  readonly recurring = false;
  readonly receipt: undefined;
  readonly orderingKey: undefined;

  readonly #destination: Destination;
  readonly #queue: string;
  readonly #headers: HeaderRecord<unknown>;
  #trusted = true;
  #count: DeliveryCount | undefined;

  constructor(destination: Destination, queue: string, native: Message) {
    const { headers } = native.properties;
    this.destination = destination.name;
    this.subject = destination.subject;
    this.native = native;
    this.#destination = destination;
    this.#queue = queue;
    this.#headers = new HeaderRecord(headers as Record<string, unknown> | undefined);
  }

  /** RabbitMQ says of its own where a message is and whether it was delivered before. All else its sender may have written. */
  distrust(): void {
    this.#trusted = false;
  }

  get id(): string | undefined {
    const id: unknown = this.#trusted ? this.native.properties.messageId : undefined;
    return typeof id === 'string' ? id : undefined;
  }

  /** RabbitMQ has no ids of its own; our header names the publish. */
  get identity(): string | undefined {
    if (!this.#trusted) return undefined;
    const own = this.#headers.get('waybill');
    return typeof own === 'string' ? own : this.id;
  }

  get attempt(): number | undefined {
    return this.#deliveries.exactly;
  }

  get leastAttempt(): number {
    return this.#deliveries.atLeast;
  }

  get sentAt(): number | undefined {
    if (!this.#trusted) return undefined;
    const { headers, timestamp } = this.native.properties;
    return timeIn(headers?.timestamp_in_ms) ?? timeIn(timestamp);
  }

  get sentAtSource(): string {
    const { headers } = this.native.properties;
    return timeIn(headers?.timestamp_in_ms) === undefined ? 'properties.timestamp' : 'timestamp_in_ms';
  }

  /** An exchange of the type `x-delayed-message` turns the sign when the delay is over. */
  get delay(): number | undefined {
    const delay: unknown = this.#trusted ? this.native.properties.headers?.['x-delay'] : undefined;
    return typeof delay === 'number' ? Math.abs(delay) : undefined;
  }

  get #deliveries(): DeliveryCount {
    this.#count ??= this.#trusted
      ? deliveryCount(this.#queue, this.native)
      : redeliveryCount(this.native.fields);
    return this.#count;
  }

  header(name: string): HeaderValue {
    return headerValue(this.#headers.get(name));
  }

  headerNames(): string[] {
    return this.#headers.names();
  }

  describe(attributes: Attributes): void {
    this.#destination.describe(attributes);
  }

  detail(attributes: Attributes): void {
    const { fields, properties } = this.native;
    attributes[attribute.rabbitmqDeliveryTag] = fields.deliveryTag;
    if (!this.#trusted) return;
    if (typeof properties.correlationId === 'string') {
      attributes[attribute.conversationId] = properties.correlationId;
    }
    if (properties.headers?.['x-death'] !== undefined) {
      describeDeadLetter(attributes, this.#queue, properties.headers);
    }
  }
}

/** What a number of seconds does not exceed before the year 5138. */
const mostSeconds = 1e11;

/**
 * Reads a time, in ms since the epoch. AMQP's is in seconds. Some senders write milliseconds or microseconds, which only its
 * size tells.
 *
 * @returns `undefined` where it is none of these.
 */
function timeIn(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  if (value <= mostSeconds) return value * 1_000;
  if (value <= mostSeconds * 1_000) return value;
  return value <= mostSeconds * 1_000_000 ? value / 1_000 : undefined;
}
