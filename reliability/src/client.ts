import type { BrokerName } from '@waybill/brokers';
import type { Waybill } from '@waybill/core';

/** A client library on its broker, used as by an application that must lose nothing. Each broker has one of these. */
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

  /** Creates a queue, and what `refuse` of a producer needs. */
  createQueue(url: string, queue: string): Promise<void>;

  /** Deletes what `createQueue` created, with its messages. */
  deleteQueue(url: string, queue: string): Promise<void>;

  /** Connects a producer. */
  produce(setup: ClientSetup): Promise<TestProducer>;

  /** Connects a consumer that hands the messages to `handle` until it is closed; one whose handling fails comes again. */
  consume(setup: ClientSetup, handle: (message: number) => Promise<void>): Promise<Closable>;

  /** The number in a message as the client delivers it. */
  numberOf(native: unknown): number;
}

/** The set-up of a client. */
export interface ClientSetup {
  readonly url: string;
  readonly queue: string;

  /** Traces the client if there is one; bare otherwise. */
  readonly waybill: Waybill | undefined;

  /** Receives the errors that the client reports outside of calls: events, failed polls. */
  onError(error: unknown): void;
}

/** A producer or consumer that can be closed. */
export interface Closable {
  close(): Promise<unknown>;
}

/** Publishes numbers. A fulfilled promise means that the broker has the message. */
export interface TestProducer extends Closable {
  send(message: number): Promise<unknown>;

  /** Publishes something that the broker refuses. */
  refuse(message: number): Promise<unknown>;
}
