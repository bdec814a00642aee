import type { Attributes } from '@opentelemetry/api';
import {
  attribute,
  HeaderReader,
  type IncomingMessage,
  type ReadableHeaders,
  report,
  waybillIdentity,
} from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import { rabbitmqAttribute } from './adapter-info.ts';
import { isOwnCount } from './carried-counts.ts';
import { describeDeadLetter } from './dead-letter.ts';
import { type DeliveryCount, deliveryCount, redeliveryCount } from './delivery-count.ts';
import type { Destination } from './destination.ts';
import { amqpFormat } from './header-value.ts';

/** A message that a channel was given, from a queue. */
export class AmqpIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: Message;
  readonly headers: ReadableHeaders;
  readonly #destination: Destination;
  readonly #queue: string;
  readonly #connection: object;
  #trusted = true;
  #known: Known | undefined;

  /** @param connection that it came by. */
  constructor(destination: Destination, queue: string, connection: object, native: Message) {
    const { headers } = native.properties;
    this.destination = destination.name;
    this.queueKey = destination.queueKey;
    this.native = native;
    this.#destination = destination;
    this.#queue = queue;
    this.#connection = connection;
    this.headers = new HeaderReader(headers as Record<string, unknown> | undefined, amqpFormat);
  }

  /** RabbitMQ says of its own where a message is and whether it was delivered before. All else its sender may have written. */
  distrust(): void {
    this.#trusted = false;
    this.#known = undefined;
  }

  get id(): string | undefined {
    return this.#trusted ? messageId(this.native) : undefined;
  }

  /** RabbitMQ has no ids of its own; our header names the publish. */
  get identity(): string | undefined {
    return this.#read().identity;
  }

  get attempt(): number | undefined {
    return this.#read().count.exactly;
  }

  get leastAttempt(): number {
    return this.#read().count.atLeast;
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

  describe(attributes: Attributes): void {
    this.#destination.describe(attributes);
  }

  detail(attributes: Attributes): void {
    const { fields, properties } = this.native;
    attributes[rabbitmqAttribute.deliveryTag] = fields.deliveryTag;
    if (!this.#trusted) return;
    if (typeof properties.correlationId === 'string') {
      attributes[attribute.conversationId] = properties.correlationId;
    }
    if (properties.headers?.['x-death'] !== undefined) {
      describeDeadLetter(attributes, this.#queue, properties.headers);
    }
  }

  /**
   * Copies of a message may be in several queues, whose messages may go by one exchange. What a sender names a message by is its own
   * only on one connection: another virtual host may have it, too.
   */
  #identity(): string | undefined {
    const waybill = waybillIdentity(this.headers.get('waybill'));
    if (waybill !== undefined) return `${this.#queue} ${waybill}`;
    const id = messageId(this.native);
    return id && `${this.#queue} ${numberOf(this.#connection)} ${id}`;
  }

  /** What cannot be read is as that of an untrusted sender. */
  #read(): Known {
    if (this.#known === undefined) {
      this.#known = this.#trusted ? this.#readHeaders() : brokersOwn(this.native);
    }
    return this.#known;
  }

  #readHeaders(): Known {
    const { native } = this;
    const { fields, properties } = native;
    try {
      const { headers, timestamp } = properties;
      const identity = this.#identity();
      const count = deliveryCount(this.#queue, native, (before) =>
        isOwnCount(this.#connection, identity, before, fields.redelivered),
      );
      const inMilliseconds = timeIn(headers?.timestamp_in_ms);
      const delay: unknown = headers?.['x-delay'];
      return {
        identity,
        count,
        sentAt: inMilliseconds ?? timeIn(timestamp),
        sentAtSource: inMilliseconds === undefined ? 'properties.timestamp' : 'timestamp_in_ms',
        // An exchange of the type `x-delayed-message` turns the sign when the delay is over.
        delay: typeof delay === 'number' ? Math.abs(delay) : undefined,
      };
    } catch (error) {
      report('Reading the headers of a message failed; messages are not affected', error);
      return brokersOwn(native);
    }
  }
}

const numbers = new WeakMap<object, number>();
let connections = 0;

/** A number that no other connection has. */
function numberOf(connection: object): number {
  let number = numbers.get(connection);
  if (number === undefined) {
    number = ++connections;
    numbers.set(connection, number);
  }
  return number;
}

/** What is known of a message beside its place. */
interface Known {
  readonly identity: string | undefined;
  readonly count: DeliveryCount;
  readonly sentAt: number | undefined;
  readonly sentAtSource: string;
  readonly delay: number | undefined;
}

/** What the broker says by itself. */
function brokersOwn({ fields }: Message): Known {
  const count = redeliveryCount(fields);
  return { identity: undefined, count, sentAt: undefined, sentAtSource: 'none', delay: undefined };
}

function messageId({ properties }: Message): string | undefined {
  const id: unknown = properties.messageId;
  return typeof id === 'string' ? id : undefined;
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
