import type { Wire } from '../wire.ts';

/** The part of a sent message that is read. */
export interface Sent {
  readonly headers?: unknown;
}

/** The handlers that a consumer runs. */
export interface Handlers {
  eachMessage?(payload: object): unknown;
  eachBatch?(payload: { readonly batch: Batch }): unknown;
}

/** The event of a consumer that has joined its group. */
export interface GroupJoin {
  readonly payload: {
    readonly groupId: string;
    readonly memberAssignment: Readonly<Record<string, readonly number[]>>;
  };
}

/** The messages that a handler gets at once. */
export interface Batch {
  readonly messages: readonly object[];
}

/** A producer, or its transaction. */
export interface FakeSender {
  send(record: { readonly messages: readonly Sent[] }): Promise<unknown>;
  sendBatch(batch: {
    readonly topicMessages: readonly { readonly messages: readonly Sent[] }[];
  }): Promise<unknown>;
}

/** A consumer that has joined its group. */
export interface FakeConsumer {
  subscribe(): Promise<void>;
  run(handlers?: Handlers): Promise<void>;
  on(event: string, listener: (event: GroupJoin) => void): void;
  readonly events: { readonly GROUP_JOIN: string };
}

/** A client of kafkajs without a network. */
export class FakeKafka {
  readonly #wire: Wire;
  handlers: Handlers = {};

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  producer(): FakeSender & { transaction(): Promise<FakeSender> } {
    const send: FakeSender['send'] = async ({ messages }) => {
      for (const [index, { headers }] of messages.entries()) this.#wire.sent(() => headers, index);
      return this.#wire.answer();
    };
    const sendBatch: FakeSender['sendBatch'] = ({ topicMessages }) =>
      send({ messages: topicMessages.flatMap(({ messages }) => messages) });
    const transaction = async (): Promise<FakeSender & { isActive(): boolean }> => ({
      send,
      sendBatch,
      isActive: () => true,
    });
    return { send, sendBatch, transaction };
  }

  consumer(): FakeConsumer {
    return {
      subscribe: async () => undefined,
      run: async (handlers?: Handlers) => {
        this.handlers = handlers ?? {};
      },
      events: { GROUP_JOIN: 'consumer.group_join' },
      on: (_event: string, listener: (event: GroupJoin) => void) =>
        listener({ payload: { groupId: 'workers', memberAssignment: { orders: [0, 1, 2] } } }),
    };
  }
}
