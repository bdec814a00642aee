import type { Attributes } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import { rabbitmqAttribute } from './adapter-info.ts';
import { declaredQueue } from './declared-queues.ts';

/** The queue that a server names, or that stands for the answers to one connection. */
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
  readonly queue: string | undefined;
  readonly connection: object;

  /** What is said of a queue that is not in the names of spans. */
  readonly #unnamed: Attributes | undefined;

  /**
   * @param queue what a consumer reads; `undefined` where a message is sent.
   * @param connection which may have declared the queue.
   */
  constructor(exchange: string, routingKey: string, queue: string | undefined, connection: object) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.queue = queue;
    this.connection = connection;
    // The default exchange routes by the names of queues.
    const target = queue ?? (exchange === '' && routingKey !== '' ? routingKey : undefined);
    const fullName = joined(exchange, routingKey, queue === routingKey ? undefined : queue) || 'amq.default';
    const unnamed = target === undefined ? undefined : unnamedKind(target, connection);
    if (unnamed === undefined) {
      this.name = fullName;
      this.queueKey = target || exchange || 'amq.default';
    } else {
      this.queueKey = exchange || `(${unnamed})`;
      this.name = exchange === '' ? this.queueKey : joined(exchange, routingKey);
      this.#unnamed = {
        [attribute.destinationName]: fullName,
        [attribute.destinationTemplate]: this.name,
        [unnamed === 'anonymous' ? attribute.destinationAnonymous : attribute.destinationTemporary]: true,
      };
    }
  }

  /** Adds what a sampler may go by. */
  describe(attributes: Attributes): void {
    if (this.#unnamed !== undefined) Object.assign(attributes, this.#unnamed);
  }

  /** Adds what it does not. */
  detail(attributes: Attributes): void {
    if (this.routingKey !== '') attributes[rabbitmqAttribute.routingKey] = this.routingKey;
  }
}

/** Finds the destination of an exchange and a routing key. */
export type FindDestination = (exchange: string, routingKey: string) => Destination;

/**
 * Finds where the messages of one queue come from, or those of a channel go to: mostly the same as the last one.
 *
 * @param queue what a consumer reads; `undefined` where messages are sent.
 */
export function findDestination(queue: string | undefined, connection: object): FindDestination {
  let last: Destination | undefined;
  return (exchange, routingKey) => {
    if (last?.exchange === exchange && last.routingKey === routingKey) return last;
    last = new Destination(exchange, routingKey, queue, connection);
    return last;
  };
}

function unnamedKind(queue: string, connection: object): 'anonymous' | 'temporary' | undefined {
  if (serverNamed.test(queue)) return 'anonymous';
  return declaredQueue(connection, queue).isTemporary ? 'temporary' : undefined;
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(':');
}
