import { Destination } from './destination.ts';
import { NamesWithIds } from './names-with-ids.ts';

/** Where the messages of one queue come from, or those of a channel go to: mostly the same as the last one. */
export class Destinations {
  readonly #queue: string | undefined;
  readonly #connection: object;
  readonly #names: NamesWithIds;
  readonly #report: (text: string) => void;
  #last: Destination | undefined;

  /**
   * @param queue what a consumer reads; `undefined` where messages are sent.
   * @param report says what is wrong with the names of a destination.
   */
  constructor(queue: string | undefined, connection: object, report: (text: string) => void) {
    this.#queue = queue;
    this.#connection = connection;
    this.#names = namesOf(connection);
    this.#report = report;
  }

  of(exchange: string, routingKey: string): Destination {
    let last = this.#last;
    if (last === undefined || last.exchange !== exchange || last.routingKey !== routingKey) {
      last = new Destination(exchange, routingKey, this.#queue, this.#connection);
      this.#last = last;
      const pattern = this.#names.note(last.name);
      if (pattern !== undefined) {
        this.#report(
          `Many destinations are named ${pattern}, and each is a span name of its own, without end if these are ids. Keep ids out of routing keys and the names of queues; headers have room for them`,
        );
      }
    }
    return last;
  }
}

/** What is known of the names of a connection, whichever of its channels and consumers they were seen by. */
const namesByConnection = new WeakMap<object, NamesWithIds>();

function namesOf(connection: object): NamesWithIds {
  let names = namesByConnection.get(connection);
  if (names === undefined) {
    names = new NamesWithIds();
    namesByConnection.set(connection, names);
  }
  return names;
}
