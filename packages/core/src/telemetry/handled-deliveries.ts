import type { SpanContext } from '@opentelemetry/api';
import { BoundedMap } from '../bounded-map.ts';

/** The handling of a delivery, for its settlement to join. */
export interface HandledDelivery {
  readonly span: SpanContext;
  readonly journeyId: string | undefined;
}

/**
 * Where deliveries were handled, by their receipt. A receipt that is text is remembered for a while; one that is an object,
 * such as the message itself, for as long as the application holds on to it, and never kept alive.
 */
export class HandledDeliveries {
  readonly #byText: BoundedMap<unknown, HandledDelivery>;
  readonly #byObject = new WeakMap<object, HandledDelivery>();

  /** @param size how many receipts that are text are remembered, at least. */
  constructor(size: number) {
    this.#byText = new BoundedMap(size);
  }

  get(receipt: unknown): HandledDelivery | undefined {
    return isObject(receipt) ? this.#byObject.get(receipt) : this.#byText.get(receipt);
  }

  /** Without a receipt there is nothing to remember. */
  add(receipt: unknown, handled: HandledDelivery): void {
    if (isObject(receipt)) this.#byObject.set(receipt, handled);
    else if (receipt !== undefined) this.#byText.set(receipt, handled);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
