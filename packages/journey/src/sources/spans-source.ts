import type { JourneySpan } from '../spans/journey-span.ts';
import type { JourneySource } from './journey-source.ts';

/** A source of spans that are all in memory. Time does not narrow its searches. */
export class SpansSource implements JourneySource {
  readonly #byTrace: ReadonlyMap<string, readonly JourneySpan[]>;
  readonly #spans: readonly JourneySpan[];
  #linking: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(spans: readonly JourneySpan[]) {
    this.#spans = spans;
    this.#byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
  }

  async traces(traceIds: readonly string[]): Promise<readonly JourneySpan[]> {
    return traceIds.flatMap((traceId) => this.#byTrace.get(traceId) ?? []);
  }

  async search(attribute: string, value: string): Promise<readonly string[]> {
    const found = this.#spans.filter(
      ({ attributes }) => Object.hasOwn(attributes, attribute) && String(attributes[attribute]) === value,
    );
    return [...new Set(found.map(({ traceId }) => traceId))];
  }

  async linkingTo(traceIds: readonly string[]): Promise<readonly string[]> {
    this.#linking ??= this.#readLinks();
    return traceIds.flatMap((traceId) => [...(this.#linking?.get(traceId) ?? [])]);
  }

  #readLinks(): Map<string, Set<string>> {
    const linking = new Map<string, Set<string>>();
    for (const { traceId, links } of this.#spans) {
      for (const link of links) {
        if (link.attributes['waybill.link.to'] === 'ambient') continue;
        const known = linking.get(link.traceId);
        if (known === undefined) linking.set(link.traceId, new Set([traceId]));
        else known.add(traceId);
      }
    }
    return linking;
  }
}
