import { type Baggage, propagation } from '@opentelemetry/api';
import { BoundedMap } from '../../ground/bounded-map.ts';
import type { MemoryBudget } from '../../ground/memory-budget.ts';
import type { HeaderValue } from '../../seam/headers.ts';
import { BaggageEntries } from './baggage-entries.ts';
import { type FormattedBaggage, formatBaggage, type ParsedBaggage, parseBaggage } from './baggage-header.ts';
import { headerText } from './header-text.ts';

/** How many parsed headers are remembered, at least, and how long each is at most, in characters. */
const remembered = 256;
const longest = 256;

const ApiBaggage = propagation.createBaggage().constructor;

/** Reads and writes baggage with less work: the same few go with thousands of messages, a tenant's or a session's. */
export class BaggageCache {
  readonly #parsed: RepeatCache<string, ParsedBaggage>;
  readonly #formatted = new RepeatCache<Baggage, FormattedBaggage>(new WeakMap());

  constructor(budget: MemoryBudget) {
    this.#parsed = new RepeatCache(
      new BoundedMap<string, ParsedBaggage>(budget, {
        size: remembered,
        bytesOf: (text) => 128 + 4 * text.length + 128 * text.split(',').length,
      }),
    );
  }

  /** What {@link parseBaggage} gives. */
  parse(value: HeaderValue, accepts: ((key: string) => boolean) | undefined): ParsedBaggage {
    const single = accepts === undefined && (typeof value === 'string' || Buffer.isBuffer(value));
    const sole = single ? headerText(value) : undefined;
    if (sole === undefined || sole.length > longest) return parseBaggage(value, accepts);
    return this.#parsed.get(sole, parseAll);
  }

  /** What {@link formatBaggage} gives. */
  format(baggage: Baggage, sends: ((key: string) => boolean) | undefined): FormattedBaggage {
    if (sends !== undefined || !isImmutable(baggage)) return formatBaggage(baggage, sends);
    return this.#formatted.get(baggage, formatAll);
  }
}

/**
 * Remembers the result for a value once the value comes twice in a row. A value that comes once, such as a new tenant with every
 * message, costs one comparison and no memory.
 */
class RepeatCache<K, V> {
  readonly #memory: { get(key: K): V | undefined; set(key: K, value: V): unknown };
  #last: K | undefined;

  /** @param memory where values are kept: bounded, or weak. */
  constructor(memory: { get(key: K): V | undefined; set(key: K, value: V): unknown }) {
    this.#memory = memory;
  }

  /** The result of `make` for an equal value, remembered or new. */
  get(key: K, make: (key: K) => V): V {
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (key === this.#last) this.#memory.set(key, made);
    this.#last = key;
    return made;
  }
}

function parseAll(text: string): ParsedBaggage {
  return parseBaggage(text);
}

function formatAll(baggage: Baggage): FormattedBaggage {
  return formatBaggage(baggage);
}

/** A baggage of somebody else's making may change, though it should not. */
function isImmutable(baggage: Baggage): boolean {
  return baggage instanceof BaggageEntries || baggage.constructor === ApiBaggage;
}
