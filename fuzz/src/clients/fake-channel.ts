import type { Wire } from '../wire.ts';

type Callback = (...answer: unknown[]) => void;
type OnMessage = (message: object | null) => unknown;

/** A channel of amqplib without a network. */
export class FakeChannel {
  readonly connection = {
    serverProperties: {},
    frameMax: 131_072,
    on: () => undefined,
    prependListener: () => undefined,
  };
  readonly wire: Wire;
  readonly #listeners = new Map<string, Callback[]>();
  onMessage: OnMessage | undefined;
  got: object = {};

  constructor(wire: Wire) {
    this.wire = wire;
  }

  publish(_exchange: string, _key: string, _content: Buffer, options?: { headers?: unknown }): unknown {
    this.wire.sent(() => options?.headers);
    return this.wire.answerNow();
  }

  async consume(_queue: string, onMessage: OnMessage): Promise<object> {
    this.onMessage = onMessage;
    return { consumerTag: 'worker' };
  }

  async get(_queue: string, _options?: object, callback?: Callback): Promise<unknown> {
    callback?.(null, this.got);
    return this.got;
  }

  on(event: string, listener: Callback): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  prependListener(event: string, listener: Callback): this {
    this.#listeners.set(event, [listener, ...(this.#listeners.get(event) ?? [])]);
    return this;
  }

  emit(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }

  assertQueue(): void {}
  cancel(): void {}
  ack(): void {}
  ackAll(): void {}
  nack(): void {}
  nackAll(): void {}
  reject(): void {}
  recover(): void {}
}

/** The same, with confirms that come at once. */
export class FakeConfirmChannel extends FakeChannel {
  waitForConfirms(): void {}

  override publish(...args: Parameters<FakeChannel['publish']> | [...unknown[], Callback]): unknown {
    const [, , , options, confirmed] = args as [string, string, Buffer, { headers?: unknown }, Callback];
    this.wire.sent(() => options?.headers);
    const answer = this.wire.answerNow();
    confirmed(null);
    return answer;
  }
}
