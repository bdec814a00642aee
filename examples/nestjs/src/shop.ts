import type { DemoQueue } from '@waybill/example-demo/policy.ts';

/** What a customer orders. */
export interface Order {
  readonly id: string;

  /** Whether it fails when it is first handled. */
  readonly fails: boolean;
}

/** The shop on one transport. */
export interface Shop {
  /** What is at work, for the headline. */
  readonly title: string;

  /** Starts the application that takes orders over HTTP. */
  startWeb(): Promise<Application>;

  /** Starts the application that handles orders and invoices. What is sent from then on is handled at once. */
  startWorker(): Promise<Application>;
}

/** An application of Nest. */
export interface Application {
  /** Where it answers over HTTP, if it does. */
  getUrl?(): Promise<string>;
  close(): Promise<void>;
}

/** Makes the shop, with queues that are empty, and `onHandling` called by every handler. */
export type MakeShop = (url: string, onHandling: OnHandling) => Promise<Shop>;

export type OnHandling = (queue: DemoQueue, order: Order) => void;

/** The token of {@link OnHandling}. */
export const ON_HANDLING: string = 'on-handling';

/** Fails for an order that is to fail, the first time. */
export class Stock {
  readonly #failed = new Set<string>();

  take({ id, fails }: Order): void {
    if (!fails || this.#failed.has(id)) return;
    this.#failed.add(id);
    throw new RangeError(`${id} is not in stock yet`);
  }
}
