import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Link, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { makeSpan, spanId, traceId } from '../../test/make-span.ts';
import { otlpOf } from '../../test/otlp-of.ts';
import { findJourney } from '../sources/find-journey.ts';
import { type OtlpReceiver, type ReceiverOptions, startOtlpReceiver } from './otlp-receiver.ts';

const receivers: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function receive(options: ReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver({ port: 0, ...options });
  receivers.push(receiver);
  return receiver;
}

const sent = otlpOf([makeSpan('send orders', { id: [1, 1], at: 0, links: [{ to: [2, 1] }] })]);

interface Told {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Told> {
  const answer = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

describe('what exporters of the SDK send', () => {
  it.each([
    ['JSON', JsonExporter, 'none'],
    ['JSON in gzip', JsonExporter, 'gzip'],
    ['protobuf', ProtobufExporter, 'none'],
    ['protobuf in gzip', ProtobufExporter, 'gzip'],
  ] as const)('comes in as %s', async (_, Exporter, compression) => {
    const { url, spans } = await receive();
    const exporter = new Exporter({ url: `${url}/v1/traces`, compression: compression as never });
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'billing', 'host.name': 'north' }),
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
    });
    const link: Link = {
      context: { traceId: traceId(1), spanId: spanId(7), traceFlags: TraceFlags.NONE, isRemote: true },
      attributes: { 'waybill.link.to': 'creation' },
    };
    const tracer = provider.getTracer('a tracer');
    const span = tracer.startSpan('process orders', {
      kind: SpanKind.CONSUMER,
      startTime: 1_767_268_800_123.5,
      links: [link],
      attributes: {
        text: 'a "text" of ünïcode',
        negative: -5,
        large: 2 ** 52,
        double: 0.25,
        yes: true,
        list: ['a', 'b'],
      },
    });
    const child = tracer.startSpan('charge', {}, trace.setSpan(ROOT_CONTEXT, span));
    child.end();
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no money' });
    span.end(1_767_268_800_200);
    await provider.shutdown();

    const own = span.spanContext();
    const [first, second] = [...spans.spans].sort(
      (a, b) => Number(a.name > b.name) - Number(a.name < b.name),
    );
    expect(first).toMatchObject({
      name: 'charge',
      kind: 'INTERNAL',
      parentSpanId: own.spanId,
      traceId: own.traceId,
    });
    expect(second).toEqual({
      traceId: own.traceId,
      spanId: own.spanId,
      parentSpanId: undefined,
      name: 'process orders',
      kind: 'CONSUMER',
      service: 'billing',
      host: 'north',
      scope: 'a tracer',
      start: 1_767_268_800_123.5,
      end: 1_767_268_800_200,
      status: 'ERROR',
      statusMessage: 'no money',
      attributes: {
        text: 'a "text" of ünïcode',
        negative: -5,
        large: 2 ** 52,
        double: 0.25,
        yes: true,
        list: ['a', 'b'],
      },
      links: [
        {
          traceId: traceId(1),
          spanId: spanId(7),
          sampled: false,
          attributes: { 'waybill.link.to': 'creation' },
        },
      ],
      droppedLinks: 0,
    });
  });
});

describe('a receiver', () => {
  it('is a source of journeys, and tells when spans come in', async () => {
    const { url, spans } = await receive();
    let told = 0;
    spans.onSpans(() => {
      told += 1;
    });
    await post(url, JSON.stringify(sent));
    await post(
      url,
      JSON.stringify(
        otlpOf([
          makeSpan('process orders', { id: [2, 1], at: 50, links: [{ to: [1, 1], role: 'creation' }] }),
        ]),
      ),
    );
    expect(told).toBe(2);
    for (const id of [traceId(1), traceId(2)]) {
      expect((await findJourney(spans, id))?.journey.hops).toHaveLength(1);
    }
  });

  it('answers in the format that it is asked in', async () => {
    const { url } = await receive();
    expect(await post(url, JSON.stringify(sent))).toEqual({
      status: 200,
      type: 'application/json',
      text: '{}',
    });
    expect(await post(url, '{}', { 'content-type': 'application/json; charset=utf-8' })).toMatchObject({
      status: 200,
    });
    expect(await post(url, '', { 'content-type': 'application/x-protobuf' })).toEqual({
      status: 200,
      type: 'application/x-protobuf',
      text: '',
    });
  });

  it.each<[string, Record<string, string>, string | Buffer, number, RegExp]>([
    ['no JSON', {}, '{"resourceSp', 400, /no request of OTLP in JSON/],
    ['JSON of something else', {}, '[1]', 400, /no request of OTLP in JSON/],
    [
      'protobuf that is cut',
      { 'content-type': 'application/x-protobuf' },
      Buffer.from([10, 5, 1]),
      400,
      /cut at byte 2/,
    ],
    ['groups', { 'content-type': 'application/x-protobuf' }, Buffer.from([0x0b]), 400, /wire type 3/],
    [
      'a number without an end',
      { 'content-type': 'application/x-protobuf' },
      Buffer.alloc(12, 0xff),
      400,
      /a number before byte 10 does not end/,
    ],
    [
      'another format',
      { 'content-type': 'text/plain' },
      'x',
      415,
      /application\/json or application\/x-protobuf/,
    ],
    ['another packing', { 'content-encoding': 'br' }, 'x', 415, /Content-Encoding br is not read/],
    ['what gzip did not pack', { 'content-encoding': 'gzip' }, 'x', 400, /cannot be unpacked/],
    ['more than it may', {}, ' '.repeat(2_000), 413, /more than 1000 bytes/],
    [
      'little that unpacks to more than it may',
      { 'content-encoding': 'gzip' },
      gzipSync(' '.repeat(100_000)),
      413,
      /more than 1000 bytes/,
    ],
  ])('refuses %s', async (_, headers, body, status, message) => {
    const { url, spans } = await receive({ bodyBytes: 1_000 });
    expect(await post(url, body, headers)).toMatchObject({ status, text: expect.stringMatching(message) });
    expect(spans.spans).toEqual([]);
  });

  it('refuses a body that does not tell its length once it is too long', async () => {
    const { url } = await receive({ bodyBytes: 1_000 });
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${url}/v1/traces`, { method: 'POST' }, (response) =>
        resolve(response.statusCode),
      );
      request.setHeader('content-type', 'application/json');
      request.on('error', reject);
      for (let index = 0; index < 50; index += 1) request.write(' '.repeat(100));
      request.end();
    });
    expect(status).toBe(413);
  });

  it.each<[string, string, Buffer, RegExp]>([
    [
      'spans',
      'application/json',
      jsonOf(`{"spans":[${'{},'.repeat(300_000)}{}]}`),
      /more than 200000 spans and links/,
    ],
    [
      'links',
      'application/json',
      jsonOf(`{"spans":[{"links":[${'{},'.repeat(300_000)}{}]}]}`),
      /more than 200000 spans and links/,
    ],
    ['spans', 'application/x-protobuf', many(0x12, 300_000), /more than 200000 spans and links/],
    ['attributes', 'application/x-protobuf', inField(2, many(0x4a, 1_000_001)), /more in it than may be/],
  ])('refuses many %s in few bytes, as %s', async (_what, type, scopeSpans, message) => {
    const isJson = type === 'application/json';
    const body = isJson ? scopeSpans : inField(1, inField(2, scopeSpans));
    const { url } = await receive();
    const { status, text } = await post(url, gzipSync(body), {
      'content-type': type,
      'content-encoding': 'gzip',
    });
    expect([400, 413]).toContain(status);
    expect(text).toMatch(message);
  });

  it('has only spans at /v1/traces', async () => {
    const { url } = await receive();
    expect((await fetch(`${url}/v1/traces`)).status).toBe(405);
    expect((await fetch(`${url}/v1/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it.each([
    ['shop.example:4318', 403],
    ['127.0.0.1.shop.example', 403],
    ['localhost', 200],
    ['[::1]:4318', 200],
    ['192.168.1.2:80', 200],
    ['collector:4318', 200],
  ])('answers the Host %s with %i', async (host, expected) => {
    const { url } = await receive({ hostNames: ['collector'] });
    const status = await new Promise((resolve, reject) => {
      const headers = { host, 'content-type': 'application/json' };
      httpRequest(`${url}/v1/traces`, { method: 'POST', headers }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end('{}');
    });
    expect(status).toBe(expected);
  });

  it('goes on where an exporter goes away within a request', async () => {
    const { url, spans } = await receive();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    socket.end();
    await new Promise((resolve) => socket.resume().once('close', resolve));
    await post(url, JSON.stringify(sent));
    expect(spans.spans).toHaveLength(1);
  });

  it('tells that its port is taken', async () => {
    const { url } = await receive();
    const port = Number(new URL(url).port);
    await expect(startOtlpReceiver({ port })).rejects.toThrow(
      /cannot be listened at: .*EADDRINUSE.*Name another port/,
    );
  });

  it('makes room by traces: the one that got no span for longest', async () => {
    const { url, spans } = await receive({ spans: 3 });
    for (const id of [
      [1, 1],
      [2, 1],
      [1, 2],
      [3, 1],
    ] as const) {
      await post(url, JSON.stringify(otlpOf([makeSpan('work', { id, at: 0 })])));
    }
    expect(spans.spans.map((span) => [span.traceId, span.spanId])).toEqual([
      [traceId(1), spanId(1)],
      [traceId(1), spanId(2)],
      [traceId(3), spanId(1)],
    ]);
    expect(spans.dropped).toBe(1);
    expect(await spans.recent({ start: 0, end: 0 }, 1)).toEqual([traceId(3)]);
  });
});

function jsonOf(scopeSpans: string): Buffer {
  return Buffer.from(`{"resourceSpans":[{"scopeSpans":[${scopeSpans}]}]}`);
}

/** Empty messages of protobuf, in a field by its tag. */
function many(tag: number, count: number): Buffer {
  return Buffer.alloc(2 * count, Buffer.from([tag, 0]));
}

/** A message of protobuf in a field of another one. */
function inField(number: number, message: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = message.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest >= 128 ? (rest % 128) + 128 : rest);
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), message]);
}
