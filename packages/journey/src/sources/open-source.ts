import type { HttpOptions } from './http-json.ts';
import { JaegerSource } from './jaeger-source.ts';
import type { JourneySource } from './journey-source.ts';
import { readSpansFile } from './read-file.ts';
import { SpansSource } from './spans-source.ts';
import { TempoSource } from './tempo-source.ts';

/** A source that was opened, and what is to be said of it. */
export interface OpenedSource {
  readonly source: JourneySource;

  /** Sentences for whoever asked. */
  readonly notes: readonly string[];
}

/**
 * Opens the source that a text names: `jaeger:URL`, `tempo:URL`, or the path of a file.
 *
 * @throws {JourneySourceError} where it names none, or the file cannot be read.
 */
export async function openSource(from: string, options?: HttpOptions): Promise<OpenedSource> {
  if (from.startsWith('jaeger:'))
    return { source: new JaegerSource(from.slice('jaeger:'.length), options), notes: [] };
  if (from.startsWith('tempo:'))
    return { source: new TempoSource(from.slice('tempo:'.length), options), notes: [] };
  const { spans, unreadLines } = await readSpansFile(from);
  const notes =
    unreadLines === 0
      ? []
      : [`${from}: ${unreadLines} ${unreadLines === 1 ? 'line' : 'lines'} could not be read.`];
  return { source: new SpansSource(spans), notes };
}
