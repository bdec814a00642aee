import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import { rabbitmqAttribute } from './adapter-info.ts';
import { declaredQueue } from './declared-queues.ts';

/** The queue that a server names, or that stands for the answers to one connection, is nobody's to name. */
const serverNamed = /^(amq\.gen-|amq\.rabbitmq\.reply-to)|^$/;

/**
 * Where messages go to or come from.
 *
 * Semantic conventions 1.45, RabbitMQ: `{exchange}:{routing key}` where they are sent, `{exchange}:{routing key}:{queue}` where
 * they are received, without the parts that are empty, and a key that is the queue's name only once. A queue that is anonymous
 * or temporary is not in the names of spans.
 */
export class Destination {
  /** What span names say. */
  readonly name: string;

  /** What rules, patterns and metrics go by: the queue, or the exchange. */
  readonly queueKey: string;

  readonly exchange: string;
  readonly routingKey: string;
  readonly #fullName: string;
  readonly #isAnonymous: boolean;
  readonly #isTemporary: boolean;

  /**
   * @param queue what a consumer reads; `undefined` where a message is sent.
   * @param connection which may have declared the queue.
   */
  constructor(exchange: string, routingKey: string, queue: string | undefined, connection: object) {
    // The default exchange routes by the names of queues.
    const target = queue ?? (exchange === '' && routingKey !== '' ? routingKey : undefined);
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.#isAnonymous = target !== undefined && serverNamed.test(target);
    this.#isTemporary =
      target !== undefined && !this.#isAnonymous && declaredQueue(connection, target).isTemporary;
    this.#fullName = joined(exchange, routingKey, queue === routingKey ? undefined : queue) || 'amq.default';
    const unnamed = this.#isAnonymous || this.#isTemporary;
    const placeholder = this.#isAnonymous ? '(anonymous)' : '(temporary)';
    const key = exchange === '' && unnamed ? '' : routingKey;
    this.name = unnamed ? joined(exchange, key) || placeholder : this.#fullName;
    this.queueKey = unnamed ? exchange || placeholder : target || exchange || 'amq.default';
  }

  describe(attributes: Attributes): void {
    if (this.routingKey !== '') attributes[rabbitmqAttribute.routingKey] = this.routingKey;
    if (!this.#isAnonymous && !this.#isTemporary) return;
    attributes[attribute.destinationName] = this.#fullName;
    attributes[attribute.destinationTemplate] = this.name;
    if (this.#isAnonymous) attributes[attribute.destinationAnonymous] = true;
    if (this.#isTemporary) attributes[attribute.destinationTemporary] = true;
  }
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(':');
}
