import type { BrokerName } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';

/** A client library on its broker, as an application that means to lose nothing uses it. A new broker is one of these. */
export interface Client {
  /** The library, as it is called in tables and on the command line: `kafkajs`. */
  readonly name: string;

  readonly broker: BrokerName;

  /** The packages whose versions the page names. */
  readonly packages: readonly string[];

  /** Whether one consumer gets the messages of one sender in their order. */
  readonly ordered: boolean;

  /** How many messages one strike of a fault may find delivered and not yet settled, at the most. */
  readonly unsettled: number;

  /** The kinds of errors that the bare client gives when its broker, connection or process is struck. */
  readonly struckErrors: RegExp;

  /** Makes a queue, and what `refuse` of a producer needs. */
  createQueue(url: string, queue: string): Promise<void>;

  /** Deletes what `createQueue` made, with all that is left in it. */
  deleteQueue(url: string, queue: string): Promise<void>;

  /** Connects a producer. */
  produce(setup: ClientSetup): Promise<TestProducer>;

  /** Connects a consumer that hands the messages to `handle` until it is closed; one whose handling fails comes again. */
  consume(setup: ClientSetup, handle: (message: number) => Promise<void>): Promise<Closable>;

  /** The number in a message as the client delivers it. */
  numberOf(native: unknown): number;
}

/** What a client is opened with. */
export interface ClientSetup {
  readonly url: string;
  readonly queue: string;

  /** Traces the client if there is one; bare otherwise. */
  readonly waybill: Waybill | undefined;

  /** Takes what the client reports and no call of the application gets: events, failed polls. */
  onError(error: unknown): void;
}

/** What can be closed. */
export interface Closable {
  close(): Promise<unknown>;
}

/** Publishes numbers. A promise that is kept means that the broker has the message. */
export interface TestProducer extends Closable {
  send(message: number): Promise<unknown>;

  /** Publishes something that the broker refuses. */
  refuse(message: number): Promise<unknown>;
}
