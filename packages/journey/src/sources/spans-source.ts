import type { JourneySpan } from '../spans/journey-span.ts';
import { read, textOf } from '../telemetry-names.ts';
import type { JourneySource } from './journey-source.ts';

/** A source of spans that are all in memory. Time does not narrow its searches. */
export class SpansSource implements JourneySource {
  readonly #byTrace: ReadonlyMap<string, readonly JourneySpan[]>;
  readonly #spans: readonly JourneySpan[];
  readonly mostTraces: number = Number.POSITIVE_INFINITY;
  readonly #byAttribute = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  #linking: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(spans: readonly JourneySpan[]) {
    this.#spans = spans;
    this.#byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
  }

  async traces(traceIds: readonly string[]): Promise<readonly JourneySpan[]> {
    return traceIds.flatMap((traceId) => this.#byTrace.get(traceId) ?? []);
  }

  async search(attribute: string, value: string): Promise<readonly string[]> {
    const known = this.#byAttribute.get(attribute) ?? this.#readAttribute(attribute);
    return [...(known.get(value) ?? [])];
  }

  async linkingTo(traceIds: readonly string[]): Promise<readonly string[]> {
    this.#linking ??= this.#readLinks();
    return traceIds.flatMap((traceId) => [...(this.#linking?.get(traceId) ?? [])]);
  }

  /** All traces: a file was chosen, so time does not narrow it. */
  async recent(): Promise<readonly string[]> {
    return [...this.#byTrace.keys()];
  }

  #readAttribute(attribute: string): ReadonlyMap<string, ReadonlySet<string>> {
    const byValue = new Map<string, Set<string>>();
    for (const { traceId, attributes } of this.#spans) {
      const value = textOf(attributes, [attribute]);
      if (value !== undefined) add(byValue, value, traceId);
    }
    this.#byAttribute.set(attribute, byValue);
    return byValue;
  }

  #readLinks(): Map<string, Set<string>> {
    const linking = new Map<string, Set<string>>();
    for (const { traceId, links } of this.#spans) {
      for (const link of links) {
        if (textOf(link.attributes, read.linkTo) !== 'ambient') add(linking, link.traceId, traceId);
      }
    }
    return linking;
  }
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}
