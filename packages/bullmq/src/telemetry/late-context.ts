import type { Context } from '@opentelemetry/api';

/**
 * A context that is made when something first reads it, or earlier by {@link settle}.
 *
 * BullMQ asks for the context of a job's handling before it tells the job's id. The context depends on the id, so it is made afterwards.
 */
export class LateContext implements Context {
  #make: (() => Context) | undefined;
  #made: Context | undefined;

  constructor(make: () => Context) {
    this.#make = make;
  }

  /** Makes the context, unless it is made already. */
  settle(): Context {
    const make = this.#make;
    this.#make = undefined;
    if (make !== undefined) this.#made = make();
    return this.#made as Context;
  }

  getValue(key: symbol): unknown {
    return this.settle().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.settle().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.settle().deleteValue(key);
  }
}
