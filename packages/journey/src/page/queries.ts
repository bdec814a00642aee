import type { TimeWindow } from '../sources/journey-source.ts';
import { read } from '../telemetry-names.ts';

/** What finds something in a backend. */
export interface Query {
  /** `Jaeger`, `Tempo` or `Grafana`. */
  readonly backend: string;

  /** A path below the address of a page, or TraceQL. */
  readonly text: string;
}

/** Queries for one trace. */
export function traceQueries(traceId: string, window: TimeWindow): Query[] {
  return [
    { backend: 'Jaeger', text: `/trace/${traceId}` },
    { backend: 'Tempo', text: `{ trace:id = "${traceId}" }` },
    { backend: 'Grafana', text: grafana(traceId, window) },
  ];
}

/** Queries for what links to a trace. Jaeger cannot search that. */
export function linkingQueries(traceId: string, window: TimeWindow): Query[] {
  return traceQl(`{ link:traceID = "${traceId}" }`, window);
}

/** Queries for the traces of a journey, of which Jaeger searches one service at a time. */
export function journeyQueries(journeyId: string, window: TimeWindow, service?: string): Query[] {
  return attributeQueries(read.journeyId[0] ?? '', journeyId, window, service);
}

/** Queries for what was done with a message. */
export function messageQueries(messageId: string, window: TimeWindow, service?: string): Query[] {
  return attributeQueries(read.messageId[0] ?? '', messageId, window, service);
}

function attributeQueries(
  name: string,
  value: string,
  window: TimeWindow,
  service: string | undefined,
): Query[] {
  const search = new URLSearchParams({
    ...(service !== undefined && { service }),
    tags: JSON.stringify({ [name]: value }),
    start: String(Math.floor(window.start * 1_000)),
    end: String(Math.ceil(window.end * 1_000)),
    limit: '200',
  });
  return [
    { backend: 'Jaeger', text: `/search?${search}` },
    ...traceQl(`{ span.${name} = ${JSON.stringify(value)} }`, window),
  ];
}

function traceQl(query: string, window: TimeWindow): Query[] {
  return [
    { backend: 'Tempo', text: query },
    { backend: 'Grafana', text: grafana(query, window) },
  ];
}

/** How long before and after to search, in ms. */
const margin = 60_000;

/** Grafana's Explore, with a data source of Tempo whose uid is `tempo`. */
function grafana(query: string, { start, end }: TimeWindow): string {
  const panes = {
    journey: {
      datasource: 'tempo',
      queries: [{ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, queryType: 'traceql', query }],
      range: { from: String(Math.floor(start - margin)), to: String(Math.ceil(end + margin)) },
    },
  };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify(panes) })}`;
}
