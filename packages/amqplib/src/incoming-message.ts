import type { Attributes } from '@opentelemetry/api';
import {
  anyFormat,
  attribute,
  BaseIncomingMessage,
  epochMs,
  HeaderReader,
  type IncomingMessage,
  perObject,
  type ReadableHeaders,
  reportFailure,
  waybillIdentity,
} from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import { rabbitmqAttribute } from './adapter-info.ts';
import {
  type DeliveryCount,
  deliveryCount,
  describeDeadLetter,
  redeliveryCount,
  waitedByTtl,
} from './delivery-history.ts';
import type { Destination, FindDestination } from './destination.ts';

/** What the headers of a message say of it. */
interface Known extends Pick<IncomingMessage, 'sentAt' | 'delay' | 'dueAt'> {
  readonly sentAtSource: string;
  readonly count: DeliveryCount;
}

/** A message that a channel was given, from a queue. */
export class AmqpIncomingMessage extends BaseIncomingMessage<Message> {
  readonly #destination: Destination;
  #known: Known | undefined;

  /** @param find finds where messages of its queue come from. */
  constructor(find: FindDestination, native: Message) {
    const destination = find(native.fields.exchange, native.fields.routingKey);
    super(native, destination.name, destination.queueKey);
    this.#destination = destination;
  }

  override distrust(): void {
    super.distrust();
    // It may have been read before: a policy that is loaded anew may trust its sender no more.
    this.#known = undefined;
  }

  get id(): string | undefined {
    const id: unknown = this.native.properties.messageId;
    return this.isTrusted && typeof id === 'string' ? id : undefined;
  }

  /**
   * RabbitMQ has no ids of its own; our header names the publish. Copies of a message may be in several queues, whose messages may go by one
   * exchange. What a sender names a message by is its own only on one connection: another virtual host may have it, too.
   */
  get identity(): string | undefined {
    try {
      return this.isTrusted ? this.#identity() : undefined;
    } catch {
      // Unreadable headers are reported where they are read for the rest.
      return undefined;
    }
  }

  get attempt(): number | undefined {
    return this.#read().count.attempt;
  }

  get leastAttempt(): number | undefined {
    return this.#read().count.leastAttempt;
  }

  get sentAt(): number | undefined {
    return this.#read().sentAt;
  }

  get sentAtSource(): string {
    return this.#read().sentAtSource;
  }

  get delay(): number | undefined {
    return this.#read().delay;
  }

  get dueAt(): number | undefined {
    return this.#read().dueAt;
  }

  protected readHeaders(): ReadableHeaders {
    return new HeaderReader<unknown>(this.native.properties.headers, anyFormat);
  }

  describe(attributes: Attributes): void {
    this.#destination.describe(attributes);
  }

  detail(attributes: Attributes): void {
    const { fields, properties } = this.native;
    this.#destination.detail(attributes);
    attributes[rabbitmqAttribute.deliveryTag] = fields.deliveryTag;
    if (!this.isTrusted) return;
    if (typeof properties.correlationId === 'string') {
      attributes[attribute.conversationId] = properties.correlationId;
    }
    describeDeadLetter(attributes, this.native, this.#destination.queue);
  }

  #identity(): string | undefined {
    const { queue, connection } = this.#destination;
    const waybill = waybillIdentity(this.headers.get('waybill'));
    if (waybill !== undefined) return `${queue} ${waybill}`;
    return this.id && `${queue} ${numberOf(connection)} ${this.id}`;
  }

  #read(): Known {
    this.#known ??= this.#readHeaders();
    return this.#known;
  }

  #readHeaders(): Known {
    const { properties } = this.native;
    if (!this.isTrusted) return this.#brokersOwn();
    try {
      const inMilliseconds = epochMs(properties.headers?.timestamp_in_ms);
      const delay: unknown = properties.headers?.['x-delay'];
      const waited = waitedByTtl(properties.headers);
      return {
        count: deliveryCount(this.native, this.#destination, () => this.#identity()),
        sentAt: inMilliseconds ?? epochMs(properties.timestamp),
        sentAtSource: inMilliseconds === undefined ? 'properties.timestamp' : 'timestamp_in_ms',
        // An exchange of the type `x-delayed-message` turns the sign when the delay is over.
        delay: typeof delay === 'number' ? Math.abs(delay) : waited?.delay,
        dueAt: waited?.dueAt,
      };
    } catch (error) {
      reportFailure('Reading the headers of a message', error);
      return this.#brokersOwn();
    }
  }

  /** RabbitMQ says of its own where a message is and whether it was delivered before. All else its sender may have written. */
  #brokersOwn(): Known {
    return { count: redeliveryCount(this.native), sentAtSource: 'none' };
  }
}

let connections = 0;

/** A number that no other connection has. */
const numberOf = perObject((_connection: object) => ++connections);
