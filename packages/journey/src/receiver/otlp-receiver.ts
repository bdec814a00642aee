import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listOf, objectOf } from '../readers/attribute-values.ts';
import { readOtlpProtobuf } from '../readers/read-otlp-protobuf.ts';
import { readSpans } from '../readers/read-spans.ts';
import { ProtobufError } from '../readers/wire-reader.ts';
import { JourneySourceError, reasonOf } from '../sources/source-error.ts';
import { isOwnHost } from './host-check.ts';
import { type LiveLimits, LiveSpans } from './live-spans.ts';
import { RefusedRequest, readBody } from './read-body.ts';

/** How spans are received. */
export interface ReceiverOptions extends LiveLimits {
  /** The address to listen at. Default `127.0.0.1`, where only this machine comes in. */
  readonly host?: string | undefined;

  /** Default 4318, the port of OTLP over HTTP. 0: any that is free. */
  readonly port?: number | undefined;

  /** Names that the `Host` of a request may have, beside `localhost` and addresses. */
  readonly hostNames?: readonly string[] | undefined;

  /** The most bytes of a request, as it comes and unpacked. Default 8 MiB. */
  readonly bodyBytes?: number | undefined;

  /** What answers all requests that are not of OTLP. Default 404. The `Host` of its requests was checked. */
  readonly others?: RequestListener | undefined;
}

/** A server that takes spans from exporters. */
export interface OtlpReceiver {
  /** Such as `http://127.0.0.1:4318`. */
  readonly url: string;

  /** What has come in. */
  readonly spans: LiveSpans;
  stop(): Promise<void>;
}

/** How many requests are read at a time. Exporters send others again. */
const mostAtOnce = 16;

/**
 * Receives spans from OpenTelemetry SDKs and collectors: OTLP over HTTP at `/v1/traces`, in JSON and in protobuf, packed by gzip or not.
 *
 * @throws {JourneySourceError} where it cannot listen.
 * @see OTLP 1.11, OTLP/HTTP
 *
 * @example
 * const { spans, url, stop } = await startOtlpReceiver();
 * const found = await findJourney(spans, 'order-4711');
 */
export async function startOtlpReceiver(options: ReceiverOptions = {}): Promise<OtlpReceiver> {
  const {
    host = '127.0.0.1',
    port = 4318,
    hostNames,
    bodyBytes = 8 * 1024 * 1024,
    others = notFound,
  } = options;
  const spans = new LiveSpans(options);
  let atOnce = 0;
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    if (!isOwnHost(request.headers.host, hostNames)) {
      const name = JSON.stringify(request.headers.host ?? '');
      refuse(
        request,
        response,
        new RefusedRequest(403, `${name} is no name of this server. Use its address.`),
      );
    } else if (request.url?.split('?')[0] !== '/v1/traces') others(request, response);
    else if (atOnce >= mostAtOnce) {
      refuse(
        request,
        response.setHeader('retry-after', '1'),
        new RefusedRequest(503, 'There are too many requests at once.'),
      );
    } else {
      atOnce += 1;
      void take(request, response, spans, bodyBytes).finally(() => {
        atOnce -= 1;
      });
    }
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new JourneySourceError(
      `${host}:${port} cannot be listened at: ${reasonOf(error)}. Name another port, or another address of this machine.`,
      {
        cause: error,
      },
    );
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const closed = once(server, 'close');
  return {
    url: `http://${name}:${address.port}`,
    spans,
    async stop() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  spans: LiveSpans,
  most: number,
): Promise<void> {
  try {
    if (request.method !== 'POST') throw new RefusedRequest(405, 'Spans are sent with POST.');
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json' && type !== 'application/x-protobuf') {
      throw new RefusedRequest(415, 'Spans are sent as application/json or application/x-protobuf.');
    }
    const body = await readBody(request, most);
    const document = type === 'application/json' ? jsonOf(body) : readOtlpProtobuf(body);
    const { resourceSpans = [] } = document;
    if (countOf(resourceSpans) > mostParts) {
      throw new RefusedRequest(
        413,
        `There are more than ${mostParts} spans and links in it. Send fewer at once.`,
      );
    }
    spans.add(readSpans({ resourceSpans }) ?? [], body.length);
    response.writeHead(200, { 'content-type': type });
    response.end(type === 'application/json' ? '{}' : undefined);
  } catch (error) {
    if (error instanceof RefusedRequest) refuse(request, response, error);
    else if (error instanceof ProtobufError)
      refuse(request, response, new RefusedRequest(400, error.message));
    // The exporter has gone away.
    else response.destroy();
  }
}

/** How many spans and links of one request are read. A few bytes may say that there is one. */
const mostParts = 200_000;

function countOf(resourceSpans: unknown): number {
  const spans = listOf(resourceSpans)
    .flatMap((each) => listOf(objectOf(each)?.scopeSpans))
    .map((each) => listOf(objectOf(each)?.spans));
  const count = spans.reduce((sum, { length }) => sum + length, 0);
  if (count > mostParts) return count;
  return spans.flat().reduce<number>((sum, each) => sum + listOf(objectOf(each)?.links).length, count);
}

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(body.toString());
  } catch {}
  const request = objectOf(document);
  if (request === undefined) throw new RefusedRequest(400, 'The body is no request of OTLP in JSON.');
  return request;
}

/** What is left of the request is read and dropped, so that who sends it comes to read the answer. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message }: RefusedRequest,
): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
  request.resume();
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  refuse(request, response, new RefusedRequest(404, 'There is nothing here. Spans are sent to /v1/traces.'));
}
