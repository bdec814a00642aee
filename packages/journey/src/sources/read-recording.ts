import type { JourneySpan } from '../spans/journey-span.ts';
import { isId } from '../spans/prepare-spans.ts';
import type { JourneySource } from './journey-source.ts';
import { JourneySourceError } from './source-error.ts';

/** How much of a source is read. */
export interface ReadOptions {
  /** How long before now traces are read, in ms. Default one hour. Of a file, all are. */
  readonly within?: number | undefined;

  /** The most traces to read. Default 500, and all of a file. */
  readonly traces?: number | undefined;

  /** The time, in ms since the epoch. Default now. */
  readonly now?: number | undefined;
}

/** The spans of recent traces. */
export interface ReadRecording {
  readonly spans: readonly JourneySpan[];

  /** How many traces were named that are beyond the limit. */
  readonly unreadTraces: number;
}

/**
 * Reads the recent traces of a source, and those that they link to, so that what a link leads to is only missing if the source has not got it.
 *
 * @throws {JourneySourceError} where the source cannot be read, or cannot tell which traces there are.
 *
 * @example
 * const { source } = await openSource('tempo:http://localhost:3200');
 * const { spans } = await readRecording(source, { within: 3_600_000 });
 * for (const { message, fix } of diagnoseSpans(spans).findings) console.log(message, fix);
 */
export async function readRecording(
  source: JourneySource,
  options: ReadOptions = {},
): Promise<ReadRecording> {
  const { within = 3_600_000, traces = source.mostTraces ?? 500, now = Date.now() } = options;
  if (source.recent === undefined) {
    throw new JourneySourceError('The source cannot tell which traces there are: it has no recent().');
  }
  const seen = new Set<string>();
  const spans: JourneySpan[] = [];
  let unreadTraces = 0;
  const unseen = (traceIds: Iterable<string>): string[] => {
    const next: string[] = [];
    for (const traceId of traceIds) {
      if (seen.has(traceId) || !isId(traceId, 32)) continue;
      seen.add(traceId);
      if (seen.size > traces) unreadTraces += 1;
      else next.push(traceId);
    }
    return next;
  };
  const recent = await source.recent({ start: now - within, end: now }, traces);
  for (let next = unseen(recent); next.length > 0; ) {
    const read = await source.traces(next);
    for (const span of read) spans.push(span);
    next = unseen(read.flatMap(({ links }) => links.map(({ traceId }) => traceId)));
  }
  return { spans, unreadTraces };
}
