import type { Wire } from '../wire.ts';

/** The part of a message that is read. */
export interface Message {
  readonly MessageAttributes?: unknown;
}

/** The texts of message attributes, by name. */
export function textsOf(attributes: unknown): unknown {
  const texts: Record<string, unknown> = {};
  try {
    for (const [name, value] of Object.entries(Object(attributes))) {
      const { StringValue, BinaryValue } = Object(value) as {
        StringValue?: unknown;
        BinaryValue?: unknown;
      };
      texts[name.toLowerCase()] = StringValue ?? BinaryValue;
    }
  } catch {
    return undefined;
  }
  return texts;
}

type Next = (args: { readonly input: object }) => Promise<object>;
/** A layer around the commands of a client. */
export type Middleware = (next: Next, context: { readonly commandName: string }) => Next;

/** A client of the AWS SDK that has a middleware stack, and nothing behind it. */
export class FakeClient {
  readonly #wire: Wire;
  #middleware: Middleware = (next) => next;
  stored: object[] = [];
  answered: object = {};
  readonly middlewareStack: { readonly add: (middleware: Middleware) => void } = {
    add: (middleware) => {
      this.#middleware = middleware;
    },
  };

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  call(commandName: string, input: object): Promise<object> {
    return this.#middleware((args) => this.#answer(commandName, args.input), { commandName })({ input });
  }

  async #answer(commandName: string, input: object): Promise<object> {
    if (commandName === 'ReceiveMessageCommand') this.answered = { Messages: this.stored };
    else this.answered = {};
    if (commandName.startsWith('SendMessage')) {
      const { Entries = [input] } = input as { Entries?: readonly Message[] };
      for (const [index, { MessageAttributes }] of (Entries as readonly Message[]).entries()) {
        this.#wire.sent(() => textsOf(MessageAttributes), index);
      }
      this.answered = { token: await this.#wire.answer() };
    }
    return { output: this.answered };
  }
}
