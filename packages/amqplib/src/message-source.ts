import type { Message } from 'amqplib';
import { Destination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';

/** A queue that messages are read from. */
export class MessageSource {
  readonly #queue: string;
  readonly #connection: object;
  #last: Destination | undefined;

  constructor(queue: string, connection: object) {
    this.#queue = queue;
    this.#connection = connection;
  }

  /** The message as core takes it. */
  incoming(message: Message): AmqpIncomingMessage {
    const { exchange, routingKey } = message.fields;
    if (this.#last?.exchange !== exchange || this.#last.routingKey !== routingKey) {
      this.#last = new Destination(exchange, routingKey, this.#queue, this.#connection);
    }
    return new AmqpIncomingMessage(this.#last, this.#queue, message);
  }
}
