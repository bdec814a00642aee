import { listOf, objectOf } from '../readers/attribute-values.ts';
import { readSpans } from '../readers/read-spans.ts';
import { traceIdOf } from '../readers/span-ids.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { HttpJson, type HttpOptions } from './http-json.ts';
import { inBatches } from './in-batches.ts';
import type { JourneySource, TimeWindow } from './journey-source.ts';
import { JourneySourceError } from './source-error.ts';

/** How many requests are under way at a time. */
const atOnce = 6;

/** How many traces a search may find for one service. */
const mostFound = 200;

/**
 * Reads from Jaeger's query service, of version 1 and 2. Traces come from its API version 3 where there is one, as the one of its page has
 * lost the attributes of links. Searches go to the one of the page, as version 3 cannot search attributes; it wants a service, so each is
 * asked.
 */
export class JaegerSource implements JourneySource {
  readonly #http: HttpJson;
  readonly #url: string;
  #services: Promise<Services> | undefined;

  /** @param url of the query service, with the base path if it has one: `http://localhost:16686`. */
  constructor(url: string, options?: HttpOptions) {
    this.#url = url;
    this.#http = new HttpJson(url, options);
  }

  async traces(traceIds: readonly string[]): Promise<readonly JourneySpan[]> {
    const { hasVersion3 } = await this.#known();
    // Without `raw`, Jaeger moves the spans of clocks that it takes to be wrong.
    return await inBatches(traceIds, atOnce, async (traceId) => {
      const document = hasVersion3
        ? await this.#http.get(`api/v3/traces/${traceId}`, { raw_traces: 'true' })
        : await this.#http.get(`api/traces/${traceId}`, { raw: 'true' });
      return readSpans(document) ?? [];
    });
  }

  async search(attribute: string, value: string, window: TimeWindow): Promise<readonly string[]> {
    return await this.#find({ tags: JSON.stringify({ [attribute]: value }) }, window, mostFound);
  }

  /** Of each service, as many as there is room for: Jaeger cannot search kinds of spans in all of them at once. */
  async recent(window: TimeWindow, most: number): Promise<readonly string[]> {
    const { names } = await this.#known();
    return await this.#find({}, window, Math.ceil(most / Math.max(1, names.length)));
  }

  async #find(
    query: Readonly<Record<string, string>>,
    { start, end }: TimeWindow,
    limit: number,
  ): Promise<readonly string[]> {
    const { names } = await this.#known();
    const found = await inBatches(names, atOnce, async (service) => {
      const document = await this.#http.get('api/traces', {
        service,
        ...query,
        start: String(Math.floor(start * 1_000)),
        end: String(Math.ceil(end * 1_000)),
        limit: String(limit),
      });
      return listOf(objectOf(document)?.data).map((trace) => traceIdOf(objectOf(trace)?.traceID));
    });
    return [...new Set(found)];
  }

  #known(): Promise<Services> {
    this.#services ??= this.#ask();
    return this.#services;
  }

  async #ask(): Promise<Services> {
    const third = objectOf(await this.#http.get('api/v3/services'))?.services;
    if (Array.isArray(third)) return { names: namesOf(third), hasVersion3: true };
    const first = objectOf(await this.#http.get('api/services'));
    if (first === undefined) {
      throw new JourneySourceError(
        `${this.#url} is no query service of Jaeger: it has neither api/v3/services nor api/services.`,
      );
    }
    return { names: namesOf(first.data), hasVersion3: false };
  }
}

interface Services {
  readonly names: readonly string[];
  readonly hasVersion3: boolean;
}

function namesOf(list: unknown): string[] {
  return listOf(list).filter((each) => typeof each === 'string');
}
