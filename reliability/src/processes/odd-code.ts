import { AsyncLocalStorage } from 'node:async_hooks';
import { type Waybill, WaybillError } from '@waybill/core';
import type { Client } from '../client.ts';
import { isOdd, type OddMessages } from '../faults/fault.ts';

/** Code around the calls for odd messages: middleware if there is a Waybill, otherwise the application's own. */
export class OddCode {
  readonly #what: OddMessages | undefined;
  readonly #messages: number;
  readonly #failed = new Set<number>();
  readonly #publishing = new AsyncLocalStorage<number>();

  constructor(what: OddMessages | undefined, messages: number) {
    this.#what = what;
    this.#messages = messages;
  }

  /** Whether a message is not published again after a failure. */
  isLost(message: number): boolean {
    return this.#what?.startsWith('publish') === true && isOdd(message, this.#messages);
  }

  /** Whether the broker is to refuse a message. */
  isRefused(message: number): boolean {
    return this.#what === 'publish-refused' && isOdd(message, this.#messages);
  }

  /** Registers its code as middleware. */
  install(waybill: Waybill, client: Client): void {
    waybill.use({
      name: 'odd',
      publish: (_call, next) => this.#publish(this.#publishing.getStore() ?? Number.NaN, next),
      consume: (delivery, next) => this.#consume(client.numberOf(delivery.messages[0]?.native), next),
    });
  }

  /** Publishes a message: bare with this code around it, traced with the middleware, which learns the message's number here. */
  publish(message: number, traced: boolean, send: () => Promise<unknown>): Promise<unknown> {
    if (traced) return this.#publishing.run(message, send);
    const sent = this.#publish(message, send);
    if (sent instanceof Promise) return sent;
    throw new WaybillError(
      'WAYBILL_MIDDLEWARE_WITHOUT_NEXT',
      'The application throws where middleware calls nothing.',
    );
  }

  /** Handles a message: bare with this code around it. */
  async handle(message: number, traced: boolean, handler: () => Promise<void>): Promise<void> {
    await (traced ? handler() : this.#consume(message, handler));
  }

  #publish(message: number, next: () => unknown): unknown {
    if (!isOdd(message, this.#messages)) return next();
    if (this.#what === 'publish-throws') throw new Error('The code around the publish throws.');
    if (this.#what !== 'publish-skipped') return next();
    return undefined;
  }

  #consume(message: number, next: () => unknown): unknown {
    if (!isOdd(message, this.#messages)) return next();
    if (this.#what === 'consume-skipped') return undefined;
    if (this.#what !== 'consume-throws' || this.#failed.has(message)) return next();
    this.#failed.add(message);
    throw new Error('The code around the handler throws.');
  }
}
