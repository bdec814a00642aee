import type { JourneyAttributes, JourneySpan } from '../spans/journey-span.ts';
import { isId } from '../spans/prepare-spans.ts';
import type { JourneySource } from './journey-source.ts';

/** How much of a source is read. What is there beyond that is counted. */
export interface ReadLimits {
  /** The most traces to read. Default 500, and all of a file. */
  readonly traces?: number | undefined;

  /** The most spans: with so many, no more traces are read. Default 200,000. */
  readonly spans?: number | undefined;

  /** The most characters of names and attributes of all spans: with so many, no more traces are read. Default 512 Mi. */
  readonly length?: number | undefined;
}

/** How many traces are read before it is looked at how much they are. */
const atOnce = 6;

/** Reads each trace of a source once, until there is enough. */
export class TraceReader {
  /** All that was read. */
  readonly spans: JourneySpan[] = [];

  /** How many traces were named that are beyond the limits. */
  unreadTraces = 0;

  /** How many traces it may read. */
  readonly mostTraces: number;

  readonly #source: JourneySource;
  readonly #mostSpans: number;
  readonly #mostLength: number;
  readonly #seen = new Set<string>();
  #length = 0;

  constructor(source: JourneySource, { traces, spans = 200_000, length = 512 * 1024 * 1024 }: ReadLimits) {
    this.#source = source;
    this.mostTraces = traces ?? source.mostTraces ?? 500;
    this.#mostSpans = spans;
    this.#mostLength = length;
  }

  /** Those of some traces that were not named before, and may be read. */
  unseen(traceIds: Iterable<string>): string[] {
    const unseen: string[] = [];
    for (const traceId of traceIds) {
      if (this.#seen.has(traceId) || !isId(traceId, 32)) continue;
      this.#seen.add(traceId);
      if (this.#seen.size > this.mostTraces || this.#isFull) this.unreadTraces += 1;
      else unseen.push(traceId);
    }
    return unseen;
  }

  /** Reads traces, and keeps their spans. @returns the new spans. */
  async read(traceIds: readonly string[]): Promise<readonly JourneySpan[]> {
    const before = this.spans.length;
    for (let from = 0; from < traceIds.length; from += atOnce) {
      if (this.#isFull) {
        this.unreadTraces += traceIds.length - from;
        break;
      }
      for (const span of await this.#source.traces(traceIds.slice(from, from + atOnce))) {
        this.spans.push(span);
        this.#length += lengthOf(span);
      }
    }
    return this.spans.slice(before);
  }

  get #isFull(): boolean {
    return this.spans.length >= this.#mostSpans || this.#length >= this.#mostLength;
  }
}

function lengthOf({ name, attributes, links }: JourneySpan): number {
  return links.reduce(
    (sum, link) => sum + lengthOfAttributes(link.attributes),
    name.length + lengthOfAttributes(attributes),
  );
}

function lengthOfAttributes(attributes: JourneyAttributes): number {
  let length = 0;
  for (const [name, value] of Object.entries(attributes)) length += name.length + String(value).length;
  return length;
}
