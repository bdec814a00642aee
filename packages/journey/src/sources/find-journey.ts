import { buildJourneys } from '../model/build-journeys.ts';
import type { Journey } from '../model/journey.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { isId, type LeftOut } from '../spans/prepare-spans.ts';
import { read, textOf } from '../telemetry-names.ts';
import type { JourneySource, TimeWindow } from './journey-source.ts';
import { type ReadLimits, TraceReader } from './trace-reader.ts';

/** How a journey is searched. */
export interface FindOptions extends ReadLimits {
  /** How long before and after what is known of it a journey is searched, in ms; before now, of a message id. Default 24 hours. */
  readonly within?: number | undefined;

  /** The time, in ms since the epoch. Default now. */
  readonly now?: number | undefined;
}

/** A journey that was found, and what of it was not read. */
export interface FoundJourney {
  readonly journey: Journey;
  readonly leftOut: LeftOut;

  /** How many traces were named that are beyond the limits. They are among the ghosts. */
  readonly unreadTraces: number;
}

/**
 * Finds the journey of a trace, a message or a journey id: it reads the trace, what that links to, what links to that, and what has the same
 * journey id, until nothing is new.
 *
 * @param id a trace id or a journey id in hex digits, or the id of a message.
 * @returns `undefined` where the source knows nothing of the id.
 * @throws {JourneySourceError} where the source cannot be read.
 *
 * @example
 * const { source } = await openSource('jaeger:http://localhost:16686');
 * const found = await findJourney(source, '4bf92f3577b34da6a3ce929d0e0e4736');
 * if (found !== undefined) console.log(drawJourney(found.journey));
 */
export async function findJourney(
  source: JourneySource,
  id: string,
  options: FindOptions = {},
): Promise<FoundJourney | undefined> {
  const search = new JourneySearch(source, options);
  const traceId = id.toLowerCase().padStart(32, '0');
  let starts: readonly string[] = [];
  if (isId(traceId, 32)) {
    await search.follow([traceId]);
    // Where the trace itself is missing, what links to it was found.
    const found = search.spans.map((span) => span.traceId);
    starts =
      found.length > 0 ? (found.includes(traceId) ? [traceId] : found) : await search.byJourney(traceId);
  }
  if (starts.length === 0) starts = await search.byMessage(id);
  if (starts.length === 0) return undefined;
  await search.follow(starts);
  const { journeys, leftOut } = buildJourneys(search.spans);
  const journey = journeys.find(({ traces }) => traces.some((trace) => starts.includes(trace.traceId)));
  return journey && { journey, leftOut, unreadTraces: search.unreadTraces };
}

class JourneySearch {
  readonly #source: JourneySource;
  readonly #reader: TraceReader;
  readonly #within: number;
  readonly #now: number;
  readonly #journeyIds = new Set<string>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(source: JourneySource, options: FindOptions) {
    const { within = 86_400_000, now = Date.now() } = options;
    this.#source = source;
    this.#reader = new TraceReader(source, options);
    this.#within = within;
    this.#now = now;
  }

  get spans(): readonly JourneySpan[] {
    return this.#reader.spans;
  }

  get unreadTraces(): number {
    return this.#reader.unreadTraces;
  }

  /** The traces with a journey id, of a journey whose first trace is missing. */
  async byJourney(journeyId: string): Promise<readonly string[]> {
    this.#journeyIds.add(journeyId);
    return await this.#searched(read.journeyId, journeyId);
  }

  async byMessage(messageId: string): Promise<readonly string[]> {
    return await this.#searched(read.messageId, messageId);
  }

  /** Reads traces, and all that belong to them. */
  async follow(traceIds: readonly string[]): Promise<void> {
    for (let next = this.#reader.unseen(traceIds); next.length > 0; ) {
      const spans = await this.#reader.read(next);
      this.#noteTimes(spans);
      const journeyIds = journeyIdsOf(spans);
      const linked = spans.flatMap(({ links }) => links.filter(isFollowed).map(({ traceId }) => traceId));
      const sharing = await this.#withJourneys(journeyIds);
      const linking = (await this.#source.linkingTo?.(next, this.#window())) ?? [];
      next = this.#reader.unseen([...linked, ...sharing, ...linking]);
    }
  }

  async #withJourneys(journeyIds: ReadonlySet<string>): Promise<string[]> {
    const found: string[] = [];
    for (const journeyId of journeyIds) {
      if (this.#journeyIds.has(journeyId) || !isId(journeyId, 32)) continue;
      this.#journeyIds.add(journeyId);
      // Each is a search, and spans may name as many as they like.
      if (this.#journeyIds.size > this.#reader.mostTraces) continue;
      for (const traceId of await this.#searched(read.journeyId, journeyId)) found.push(traceId);
    }
    return found;
  }

  /** The first spelling of an attribute that is found. */
  async #searched(names: readonly string[], value: string): Promise<readonly string[]> {
    for (const name of names) {
      const found = await this.#source.search(name, value, this.#window());
      if (found.length > 0) return found;
    }
    return [];
  }

  #noteTimes(spans: readonly JourneySpan[]): void {
    for (const { start, end } of spans) {
      // Times that are none are left out of the journey, too.
      if (!Number.isFinite(start) || !Number.isFinite(end)) continue;
      this.#first = Math.min(this.#first, start);
      this.#last = Math.max(this.#last, end);
    }
  }

  #window(): TimeWindow {
    if (this.#last < this.#first) return { start: this.#now - this.#within, end: this.#now };
    const end = Math.min(Math.max(this.#last, this.#now), this.#last + this.#within);
    return { start: Math.max(0, this.#first - this.#within), end };
  }
}

/** The journeys of traces. One without an id on its spans may be the first of a journey, whose id is then that of the trace. */
function journeyIdsOf(spans: readonly JourneySpan[]): Set<string> {
  const ids = new Set<string>();
  const told = new Set<string>();
  for (const { traceId, attributes } of spans) {
    const journeyId = textOf(attributes, read.journeyId);
    if (journeyId === undefined) continue;
    ids.add(journeyId);
    told.add(traceId);
  }
  for (const { traceId } of spans) {
    if (!told.has(traceId)) ids.add(traceId);
  }
  return ids;
}

/** What was active around a handler belongs to others. */
function isFollowed({ attributes }: { attributes: JourneySpan['attributes'] }): boolean {
  return textOf(attributes, read.linkTo) !== 'ambient';
}
