import type { Instrumenter } from '@waybill/core/adapter';
import { TracedCall } from './traced-call.ts';

/** A call that does not add or handle jobs. Its span covers the call itself. */
export class CommandCall extends TracedCall {
  readonly #instrumenter: Instrumenter;
  readonly #operation: string;
  readonly #destination: string;

  /** @param destination the queue; empty if there is none. */
  constructor(instrumenter: Instrumenter, operation: string, destination: string) {
    super();
    this.#instrumenter = instrumenter;
    this.#operation = operation;
    this.#destination = destination;
  }

  run<R>(call: () => R): R {
    const destination = this.#destination;
    const queue = destination === '' ? undefined : { destination, queueKey: destination };
    return this.#instrumenter.command({ operation: this.#operation, queue, invoke: call });
  }
}
