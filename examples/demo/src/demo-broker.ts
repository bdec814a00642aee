import type { Waybill } from '@waybill/core';

/** Connects to a broker with a traced client, and makes the queues. One function a broker: see `brokers/`. */
export type StartBroker = (waybill: Waybill, queues: readonly string[]) => Promise<DemoBroker>;

/** What the story asks of a broker. */
export interface DemoBroker {
  /** What is at work, for the headline. */
  readonly title: string;

  /** Sends a message. */
  send(queue: string, body: string): Promise<void>;

  /** Starts handling the messages of a queue; resolves when what is sent from now on is handled at once. */
  startWorker(queue: string, handle: (body: string) => Promise<void>): Promise<DemoWorker>;

  /** Lets go of the client, and of the broker where the demo started it. */
  stop(): Promise<void>;
}

/** A running worker. */
export interface DemoWorker {
  /** Stops it once the messages at hand are handled. Rejects with what it failed on, if it did. */
  stop(): Promise<void>;
}
