import type { SpanContext } from '@opentelemetry/api';
import { BoundedMap } from '../ground/bounded-map.ts';
import type { MemoryBudget } from '../ground/memory-budget.ts';
import { idsOf } from '../ground/span-ids.ts';

/** The handling of a delivery, for its settlement to join. */
export interface HandledDelivery {
  readonly span: SpanContext;
  readonly journeyId: string | undefined;
}

/** How many receipts that are text are remembered, at least. */
const remembered = 1_000;

/** In characters. The broker makes receipts; those of SQS have up to 1,024. */
const longestReceipt = 2_048;

/**
 * Where deliveries were handled, by their receipt. A receipt that is text is remembered for a while; one that is an object,
 * such as the message itself, for as long as the application holds on to it, and never kept alive.
 */
export class HandledDeliveries {
  readonly #byText: BoundedMap<unknown, HandledDelivery>;
  readonly #byObject = new WeakMap<object, HandledDelivery>();

  constructor(budget: MemoryBudget) {
    this.#byText = new BoundedMap(budget, {
      size: remembered,
      bytesOf: (receipt) => 256 + 2 * (typeof receipt === 'string' ? receipt.length : 8),
      longestKey: longestReceipt,
    });
  }

  get(receipt: unknown): HandledDelivery | undefined {
    return isObject(receipt) ? this.#byObject.get(receipt) : this.#byText.get(receipt);
  }

  /** Without a receipt there is nothing to remember. */
  add(receipt: unknown, span: SpanContext, journeyId: string | undefined): void {
    if (receipt === undefined) return;
    const handled = { span: idsOf(span), journeyId };
    if (isObject(receipt)) this.#byObject.set(receipt, handled);
    else this.#byText.set(receipt, handled);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
