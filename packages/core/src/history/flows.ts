import type { SpanContext } from '@opentelemetry/api';
import { BoundedMap, longestKey } from '../ground/bounded-map.ts';
import type { MemoryBudget } from '../ground/memory-budget.ts';
import { idsOf } from '../ground/span-ids.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

/** How many waiting messages are remembered, at least. */
const remembered = 1_000;

const none: readonly SpanContext[] = [];

/** Where this process handled the messages that others waited for. */
export class Flows {
  /** The last handling of each message, by the key of the waiting message and by its own key. */
  readonly #dependencies: BoundedMap<string, Map<string, SpanContext>>;

  /** Only clients with flows give a message a place in one. */
  #isEmpty = true;

  readonly #mostDependencies: number;

  /** @param mostDependencies how many are remembered for each message that waits: as many as a span has links. */
  constructor(budget: MemoryBudget, mostDependencies: number) {
    this.#mostDependencies = mostDependencies;
    this.#dependencies = new BoundedMap(budget, {
      size: remembered,
      bytesOf: (key, known) => [key, ...known.keys()].reduce((sum, one) => sum + bytesOf(one), 0),
    });
  }

  /** Where the messages were handled that a message waited for. */
  dependencies(message: IncomingMessage): Iterable<SpanContext> {
    if (this.#isEmpty) return none;
    const key = message.flow?.key;
    return (key !== undefined && this.#dependencies.get(key)?.values()) || none;
  }

  /** Remembers where a message was handled, if another one waits for it. No more of them than a span has links. */
  remember({ flow }: IncomingMessage, spanContext: SpanContext): void {
    const dependent = flow?.dependent;
    if (dependent === undefined) return;
    const key = flow?.key;
    if (key === undefined || key.length > longestKey) return;
    this.#isEmpty = false;
    const span = idsOf(spanContext);
    const known = this.#dependencies.get(dependent);
    if (known === undefined) {
      this.#dependencies.set(dependent, new Map([[key, span]]));
    } else if (known.has(key)) {
      known.set(key, span);
    } else if (known.size < this.#mostDependencies) {
      known.set(key, span);
      this.#dependencies.spend(bytesOf(key));
    }
  }

  /** Forgets what a message waited for, once it is handled. Its key may be used again. */
  forget(message: IncomingMessage): void {
    const key = this.#isEmpty ? undefined : message.flow?.key;
    if (key !== undefined) this.#dependencies.delete(key);
  }
}

/** The size of a waiting message, or of one that it waited for, in bytes. */
function bytesOf(key: string): number {
  return 192 + 2 * key.length;
}
