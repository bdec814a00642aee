import type { Attributes } from '@opentelemetry/api';
import { attribute, HeaderRecord, type HeaderValue, type IncomingMessage } from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import { describeDeadLetter } from './dead-letter.ts';
import { deliveryCount } from './delivery-count.ts';
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

  readonly attempt: number | undefined;
  readonly leastAttempt: number;
  readonly #destination: Destination;
  readonly #queue: string;
  readonly #headers: HeaderRecord<unknown>;

  constructor(destination: Destination, queue: string, native: Message) {
    const { headers } = native.properties;
    const { exactly, atLeast } = deliveryCount(queue, native);
    this.destination = destination.name;
    this.subject = destination.subject;
    this.native = native;
    this.#destination = destination;
    this.#queue = queue;
    this.#headers = new HeaderRecord(headers as Record<string, unknown> | undefined);
    this.attempt = exactly;
    this.leastAttempt = atLeast;
  }

  get id(): string | undefined {
    const id: unknown = this.native.properties.messageId;
    return typeof id === 'string' ? id : undefined;
  }

  /** RabbitMQ has no ids of its own; our header names the publish. */
  get identity(): string | undefined {
    const own = this.#headers.get('waybill');
    return typeof own === 'string' ? own : this.id;
  }

  get sentAt(): number | undefined {
    const { headers, timestamp } = this.native.properties;
    const fromBroker: unknown = headers?.timestamp_in_ms;
    if (typeof fromBroker === 'number') return fromBroker;
    return typeof timestamp === 'number' ? timestamp * 1_000 : undefined;
  }

  get sentAtSource(): string {
    const { headers } = this.native.properties;
    return typeof headers?.timestamp_in_ms === 'number' ? 'timestamp_in_ms' : 'properties.timestamp';
  }

  /** An exchange of the type `x-delayed-message` turns the sign when the delay is over. */
  get delay(): number | undefined {
    const delay: unknown = this.native.properties.headers?.['x-delay'];
    return typeof delay === 'number' ? Math.abs(delay) : undefined;
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
    if (typeof properties.correlationId === 'string') {
      attributes[attribute.conversationId] = properties.correlationId;
    }
    if (properties.headers?.['x-death'] !== undefined) {
      describeDeadLetter(attributes, this.#queue, properties.headers);
    }
  }
}
