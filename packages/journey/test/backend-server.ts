import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JourneySpan } from '../src/index.ts';
import { jaegerOf, otlpOf } from './otlp-of.ts';

/** A server that answers as a backend does. */
export interface BackendServer {
  readonly url: string;

  /** Paths and queries of all requests, in order. */
  readonly requests: URL[];
  readonly headers: IncomingMessage['headers'][];
  stop(): Promise<void>;
}

/** An answer: a document, or a status. */
export type Answer = (url: URL, spans: readonly JourneySpan[]) => unknown;

/** Starts a server on the loopback interface. */
export async function startBackend(answer: Answer, spans: readonly JourneySpan[]): Promise<BackendServer> {
  const requests: URL[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    requests.push(url);
    headers.push(request.headers);
    const document = answer(url, spans);
    const status = typeof document === 'number' ? document : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof document === 'number' ? 'an error of the server' : JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Jaeger of version 1, as the routes of its page answer. */
export const jaeger1: Answer = ({ pathname, searchParams }, spans) => {
  if (pathname === '/api/services') return { data: [...new Set(spans.map(({ service }) => service))] };
  if (pathname === '/api/traces') {
    const [[name, value] = []] = Object.entries<string>(JSON.parse(searchParams.get('tags') ?? '{}'));
    const found = spans.filter(
      ({ service, attributes }) =>
        service === searchParams.get('service') && attributes[name ?? ''] === value,
    );
    return jaegerOf(
      spansOfTraces(
        spans,
        found.map(({ traceId }) => traceId),
      ),
    );
  }
  const trace = /^\/api\/traces\/(\w+)$/.exec(pathname)?.[1];
  const members = spans.filter(({ traceId }) => traceId === trace);
  return members.length === 0 ? 404 : jaegerOf(members);
};

/** Jaeger of version 2, which has the routes of its page, too. */
export const jaeger2: Answer = (url, spans) => {
  if (url.pathname === '/api/v3/services')
    return { services: [...new Set(spans.map(({ service }) => service))] };
  const trace = /^\/api\/v3\/traces\/(\w+)$/.exec(url.pathname)?.[1];
  if (trace === undefined) return url.pathname === '/api/traces' ? jaeger1(url, spans) : 404;
  const members = spans.filter(({ traceId }) => traceId === trace);
  return members.length === 0 ? 404 : { result: otlpOf(members) };
};

/** Tempo from version 2.6 on. */
export const tempo: Answer = ({ pathname, searchParams }, spans) => {
  if (pathname === '/api/search') {
    const query = searchParams.get('q') ?? '';
    const linked = [...query.matchAll(/link:traceID = "(\w+)"/g)].map(([, id]) => id);
    const [, name = '', value] = /^\{ span\.(\S+) = "(.*)" \}$/.exec(query) ?? [];
    const found = spans.filter(
      ({ kind, attributes, links }) =>
        (query.includes('kind = producer || kind = consumer') && /PRODUCER|CONSUMER/.test(kind)) ||
        (value !== undefined && attributes[name] === value) ||
        links.some(({ traceId }) => linked.includes(traceId)),
    );
    return {
      traces: [...new Set(found.map(({ traceId }) => traceId))].map((id) => ({
        traceID: id.replace(/^0+/, ''),
      })),
    };
  }
  const trace = /^\/api\/v2\/traces\/(\w+)$/.exec(pathname)?.[1];
  const members = spans.filter(({ traceId }) => traceId === trace);
  return members.length === 0 ? 404 : { trace: otlpOf(members) };
};

/** Tempo before version 2.6, which does not know `link:`. */
export const oldTempo: Answer = (url, spans) => {
  if (url.searchParams.get('q')?.includes('link:') === true) return 400;
  if (url.pathname.startsWith('/api/v2/')) return 404;
  const trace = /^\/api\/traces\/(\w+)$/.exec(url.pathname)?.[1];
  if (trace === undefined) return tempo(url, spans);
  const members = spans.filter(({ traceId }) => traceId === trace);
  return members.length === 0 ? 404 : { batches: otlpOf(members).resourceSpans };
};

function spansOfTraces(spans: readonly JourneySpan[], traceIds: readonly string[]): JourneySpan[] {
  return spans.filter(({ traceId }) => traceIds.includes(traceId));
}
