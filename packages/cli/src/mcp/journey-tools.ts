import { buildJourneys, drawJourney, type Journey } from '@waybill/journey';
import { diagnoseSpans } from '@waybill/journey/doctor';
import { findJourney, openSource, readRecording } from '@waybill/journey/sources';
import { describeDiagnosis } from '../describe-diagnosis.ts';

/** Where the tools read, and how. */
export interface ToolSource {
  /** As behind `--from`. */
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;

  /** How long before now is read, and before and after what is known of a journey, in ms. */
  readonly within?: number | undefined;

  /** The most traces to read. */
  readonly traces?: number | undefined;
}

/** What is told of a journey in a list. */
export interface JourneySummary {
  /** The id to show it by: that of its first trace. */
  readonly id: string;

  /** As ISO 8601. */
  readonly start: string;

  /** In ms. */
  readonly duration: number;
  readonly traces: number;
  readonly spans: number;
  readonly services: readonly string[];
  readonly queues: readonly string[];

  /** How many messages are seen on their way. */
  readonly messages: number;

  /** In ms. */
  readonly longestWait: number;
  readonly failedSpans: number;

  /** Ends that are missing. */
  readonly missing: number;
}

/** The recent journeys with messages, the latest first. `query` is looked for in ids, services, queues, names and attributes. */
export async function findJourneys(
  source: ToolSource,
  { query, limit = 20 }: { query?: string | undefined; limit?: number | undefined },
): Promise<{ readonly journeys: readonly JourneySummary[]; readonly more: number }> {
  const opened = await openSource(source.from, { headers: source.headers });
  const { spans } = await readRecording(opened.source, source);
  const wanted = query?.toLowerCase();
  const found = buildJourneys(spans)
    .journeys.filter(({ hops, ghosts }) => hops.length > 0 || ghosts.some(({ role }) => role === 'handling'))
    .filter((journey) => wanted === undefined || wanted === '' || isNamed(journey, wanted))
    .sort((a, b) => b.start - a.start);
  return { journeys: found.slice(0, limit).map(summaryOf), more: Math.max(0, found.length - limit) };
}

/** One journey, as a picture. `undefined` where there is none of that id. */
export async function showJourney(
  source: ToolSource,
  { id, width = 100 }: { id: string; width?: number | undefined },
): Promise<string | undefined> {
  const opened = await openSource(source.from, { headers: source.headers });
  const found = await findJourney(opened.source, id, source);
  return found && drawJourney(found.journey, { width });
}

/** What is wrong with the recent traces. */
export async function diagnose(source: ToolSource, lateAfter: number | undefined): Promise<string> {
  const opened = await openSource(source.from, { headers: source.headers });
  const { spans } = await readRecording(opened.source, source);
  return describeDiagnosis(diagnoseSpans(spans, { lateAfter }), source.from);
}

function summaryOf(journey: Journey): JourneySummary {
  const { traces, hops, ghosts, start, end } = journey;
  const spans = traces.flatMap((trace) => trace.spans);
  const waits = hops.flatMap(({ wait }) => (wait === undefined ? [] : [wait.end - wait.start]));
  return {
    id: traces[0]?.traceId ?? '',
    start: new Date(start).toISOString(),
    duration: end - start,
    traces: traces.length,
    spans: spans.length,
    services: distinct(spans.map(({ service }) => service)),
    queues: distinct(hops.map(({ destination }) => destination)),
    messages: hops.length,
    longestWait: waits.reduce((most, wait) => Math.max(most, wait), 0),
    failedSpans: spans.filter(({ status }) => status === 'ERROR').length,
    missing: ghosts.length,
  };
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}

function isNamed({ ids, traces, hops }: Journey, query: string): boolean {
  const has = (value: unknown): boolean => String(value).toLowerCase().includes(query);
  return (
    ids.some(has) ||
    hops.some(({ destination, messageId }) => has(destination ?? '') || has(messageId ?? '')) ||
    traces.some(
      ({ traceId, spans }) =>
        has(traceId) ||
        spans.some(
          ({ name, service, attributes }) =>
            has(name) || has(service ?? '') || Object.values(attributes).some(has),
        ),
    )
  );
}
