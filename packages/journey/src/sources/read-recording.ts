import type { JourneySpan } from '../spans/journey-span.ts';
import type { JourneySource } from './journey-source.ts';
import { JourneySourceError } from './source-error.ts';
import { type ReadLimits, TraceReader } from './trace-reader.ts';

/** How much of a source is read. */
export interface ReadOptions extends ReadLimits {
  /** How long before now traces are read, in ms. Default one hour. Of a file, all are. */
  readonly within?: number | undefined;

  /** The time, in ms since the epoch. Default now. */
  readonly now?: number | undefined;
}

/** The spans of recent traces. */
export interface ReadRecording {
  readonly spans: readonly JourneySpan[];

  /** How many traces were named that are beyond the limits. */
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
  const { within = 3_600_000, now = Date.now() } = options;
  if (source.recent === undefined) {
    throw new JourneySourceError('The source cannot tell which traces there are: it has no recent().');
  }
  const reader = new TraceReader(source, options);
  const recent = await source.recent({ start: now - within, end: now }, reader.mostTraces);
  for (let next = reader.unseen(recent); next.length > 0; ) {
    const read = await reader.read(next);
    next = reader.unseen(read.flatMap(({ links }) => links.map(({ traceId }) => traceId)));
  }
  return { spans: reader.spans, unreadTraces: reader.unreadTraces };
}
