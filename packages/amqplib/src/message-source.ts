import type { Message } from 'amqplib';
import { Destinations } from './destinations.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';

/** A queue that messages are read from. */
export class MessageSource {
  readonly #queue: string;
  readonly #connection: object;
  readonly #destinations: Destinations;

  constructor(queue: string, connection: object, report: (text: string) => void) {
    this.#queue = queue;
    this.#connection = connection;
    this.#destinations = new Destinations(queue, connection, report);
  }

  /** The message as core takes it. */
  incoming(message: Message): AmqpIncomingMessage {
    const { exchange, routingKey } = message.fields;
    const destination = this.#destinations.of(exchange, routingKey);
    return new AmqpIncomingMessage(destination, this.#queue, this.#connection, message);
  }
}
