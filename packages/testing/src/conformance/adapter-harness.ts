import type { HeaderValue, Waybill } from '@waybill/core';

/** A message as scenarios write it. */
export interface TestMessage {
  readonly body: string;
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined;
}

/** A message as a handler gets it, told in the terms of scenarios. */
export interface DeliveredMessage {
  readonly body: string;

  /** The value of a header as text, or `undefined`. */
  header(name: string): string | undefined;

  /** The client's own object. */
  readonly native: object;
}

/** What a handler of a scenario does with a message. What it throws has to reach the client as from any handler. */
export type TestHandler = (message: DeliveredMessage) => unknown;

/** A connection of the client under test, traced or bare. */
export interface AdapterConnection {
  /**
   * What the application would pass to the client to publish: to its method for one message if there is one, to that for
   * several otherwise. Scenarios freeze it, compare it and send it again.
   */
  request(queue: string, messages: readonly TestMessage[]): object;

  /** Publishes a request in the client's own way. */
  publish(request: object): Promise<unknown>;

  /** Handles the messages of a queue, one by one, until the connection is closed. A message whose handler fails comes again. */
  consume(queue: string, handler: TestHandler): Promise<void>;

  /**
   * Handles the messages of a queue in batches. Absent where the client hands no batches to a handler.
   *
   * @param handler gets the batch, and a function that runs a handler for one message of it in a span of its own.
   */
  consumeBatch?(
    queue: string,
    handler: (messages: readonly DeliveredMessage[], processOne: ProcessOne) => unknown,
  ): Promise<void>;

  /** Stops consuming and disconnects. */
  close(): Promise<void>;
}

/** Runs a handler for one message of a batch, as the adapter's `processMessage` does. */
export type ProcessOne = (message: DeliveredMessage, handler: () => unknown) => unknown;

/** All that the conformance suite asks of an adapter: how to reach its broker, and what that cannot do. */
export interface AdapterHarness {
  /** The broker, as it is called in tables and on the command line: `kafka`. */
  readonly broker: string;

  /** The value of `messaging.system.name`. */
  readonly system: string;

  /** The client's word for publishing, as span names have it. Default `send`. */
  readonly send?: string;

  /** Why a scenario cannot be seen on this broker, by the scenario's name. Printed, and said in the broker's documentation. */
  readonly excused: Readonly<Record<string, string>>;

  /** Gets hold of the broker. */
  start(): Promise<void>;

  /** Lets go of the broker. */
  stop(): Promise<void>;

  /** Makes a queue that is not in use. */
  createQueue(): Promise<string>;

  /** Whether a message can carry these headers, in this order and spelling. Default: it can carry any. */
  carries?(headers: readonly (readonly [name: string, value: string])[]): boolean;

  /** The name of a queue to which publishing fails. */
  readonly refusedQueue: string;

  /** Connects a client: traced if there is a Waybill, bare otherwise. */
  connect(waybill: Waybill | undefined): Promise<AdapterConnection>;
}
