import { Destination } from './destination.ts';

/** Where the messages of one queue come from, or those of a channel go to: mostly the same as the last one. */
export class Destinations {
  readonly #queue: string | undefined;
  readonly #connection: object;
  #last: Destination | undefined;

  /** @param queue what a consumer reads; `undefined` where messages are sent. */
  constructor(queue: string | undefined, connection: object) {
    this.#queue = queue;
    this.#connection = connection;
  }

  of(exchange: string, routingKey: string): Destination {
    let last = this.#last;
    if (last === undefined || last.exchange !== exchange || last.routingKey !== routingKey) {
      last = new Destination(exchange, routingKey, this.#queue, this.#connection);
      this.#last = last;
    }
    return last;
  }
}
