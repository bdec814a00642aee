import type { Message } from 'amqplib';
import { Destinations } from './destinations.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';

/** A queue that messages are read from. */
export class MessageSource {
  readonly #queue: string;
  readonly #destinations: Destinations;

  constructor(queue: string, connection: object) {
    this.#queue = queue;
    this.#destinations = new Destinations(queue, connection);
  }

  /** The message as core takes it. */
  incoming(message: Message): AmqpIncomingMessage {
    const { exchange, routingKey } = message.fields;
    return new AmqpIncomingMessage(this.#destinations.of(exchange, routingKey), this.#queue, message);
  }
}
