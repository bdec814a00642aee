import type { JourneySpan } from '../spans/journey-span.ts';
import { listOf, objectOf } from './attribute-values.ts';
import { readJaegerTraces } from './read-jaeger.ts';
import { readResourceSpans } from './read-otlp.ts';

/**
 * Reads the spans of a document, of any number of traces:
 *
 * - OTLP in JSON, as exporters and the collector's file exporter write it: `{ "resourceSpans": … }`
 * - what Jaeger's API and its page write: `{ "data": [{ "spans": …, "processes": … }] }`, one such trace, or `{ "result": { "resourceSpans": … } }`
 * - what Tempo's API and Grafana write: `{ "batches": … }`, `{ "trace": { "resourceSpans": … } }`
 * - a list of any of them
 *
 * @param document of `JSON.parse`. Nothing in it is trusted.
 * @returns `undefined` where it is none of them.
 *
 * @example
 * const spans = readSpans(JSON.parse(await readFile('trace.json', 'utf8')));
 */
export function readSpans(document: unknown): JourneySpan[] | undefined {
  if (Array.isArray(document)) {
    const read = document.flatMap((each) => {
      const spans = Array.isArray(each) ? undefined : readSpans(each);
      return spans === undefined ? [] : [spans];
    });
    return read.length === 0 && document.length > 0 ? undefined : read.flat();
  }
  const { resourceSpans, batches, trace, result, data, spans, processes } = objectOf(document) ?? {};
  if (Array.isArray(resourceSpans)) return readResourceSpans(resourceSpans);
  if (Array.isArray(batches)) return readResourceSpans(batches);
  if (Array.isArray(data))
    return data.length === 0 || data.some(isJaegerTrace) ? readJaegerTraces(data) : undefined;
  if (Array.isArray(spans) && objectOf(processes) !== undefined) return readJaegerTraces([document]);
  const inner = objectOf(trace) ?? objectOf(result);
  return inner === undefined ? undefined : (readResourceSpansOf(inner) ?? undefined);
}

function readResourceSpansOf({
  resourceSpans,
  batches,
}: Readonly<Record<string, unknown>>): JourneySpan[] | undefined {
  const list = resourceSpans ?? batches;
  return Array.isArray(list) || list === undefined ? readResourceSpans(listOf(list)) : undefined;
}

function isJaegerTrace(value: unknown): boolean {
  return Array.isArray(objectOf(value)?.spans);
}
