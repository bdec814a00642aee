import { listOf, objectOf } from '../readers/attribute-values.ts';
import { readSpans } from '../readers/read-spans.ts';
import { traceIdOf } from '../readers/span-ids.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { HttpJson, type HttpOptions, HttpStatusError } from './http-json.ts';
import { inBatches } from './in-batches.ts';
import type { JourneySource, TimeWindow } from './journey-source.ts';

/** How many requests are under way at a time. */
const atOnce = 6;

/** How many traces a search may find. */
const mostFound = 500;

/** How many traces are asked about in one query. */
const perQuery = 20;

/** The longest time that Tempo searches unless it is configured otherwise, in s: 168 hours, less a little. */
const longestSearch = 168 * 3_600 - 60;

/** Reads from Tempo. It tells which traces link to one (TraceQL's `link:traceID`), from version 2.6 on. */
export class TempoSource implements JourneySource {
  readonly #http: HttpJson;
  #canSearchLinks = true;

  /** @param url of the query frontend: `http://localhost:3200`. */
  constructor(url: string, options?: HttpOptions) {
    this.#http = new HttpJson(url, options);
  }

  async traces(traceIds: readonly string[]): Promise<readonly JourneySpan[]> {
    return await inBatches(traceIds, atOnce, async (traceId) => {
      const second = readSpans(await this.#http.get(`api/v2/traces/${traceId}`)) ?? [];
      if (second.length > 0) return second;
      return readSpans(await this.#http.get(`api/traces/${traceId}`)) ?? [];
    });
  }

  async search(attribute: string, value: string, window: TimeWindow): Promise<readonly string[]> {
    return await this.#query(`{ span.${attribute} = ${JSON.stringify(value)} }`, window);
  }

  async linkingTo(traceIds: readonly string[], window: TimeWindow): Promise<readonly string[]> {
    const found: string[] = [];
    for (let from = 0; from < traceIds.length && this.#canSearchLinks; from += perQuery) {
      const conditions = traceIds
        .slice(from, from + perQuery)
        .map((traceId) => `link:traceID = "${traceId}"`);
      try {
        found.push(...(await this.#query(`{ ${conditions.join(' || ')} }`, window)));
      } catch (error) {
        if (!(error instanceof HttpStatusError) || error.status !== 400) throw error;
        this.#canSearchLinks = false;
      }
    }
    return found;
  }

  async recent(window: TimeWindow, most: number): Promise<readonly string[]> {
    return await this.#query('{ kind = producer || kind = consumer }', window, most);
  }

  async #query(q: string, window: TimeWindow, limit: number = mostFound): Promise<string[]> {
    const end = Math.ceil(window.end / 1_000) + 1;
    const start = Math.max(Math.floor(window.start / 1_000), end - longestSearch);
    const document = await this.#http.get('api/search', {
      q,
      start: String(start),
      end: String(end),
      limit: String(limit),
    });
    const traces = listOf(objectOf(document)?.traces);
    return [...new Set(traces.map((trace) => traceIdOf(objectOf(trace)?.traceID)))];
  }
}
