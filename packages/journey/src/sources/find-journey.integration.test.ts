import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  type BackendServer,
  jaeger1,
  jaeger2,
  oldTempo,
  startBackend,
  tempo,
} from '../../test/backend-server.ts';
import { makeSpan, testStart, traceId } from '../../test/make-span.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { findJourney } from './find-journey.ts';
import type { HttpOptions } from './http-json.ts';
import { JaegerSource } from './jaeger-source.ts';
import type { JourneySource } from './journey-source.ts';
import { SpansSource } from './spans-source.ts';
import { TempoSource } from './tempo-source.ts';

const hour = 3_600_000;
const now = testStart + 3 * hour;
const journey = { 'waybill.journey.id': traceId(1) };

/** Three traces, each of which links to the one before, and one of something else. */
const spans: readonly JourneySpan[] = [
  makeSpan('send orders', { id: [1, 1], at: 0, attributes: journey }),
  makeSpan('process orders', {
    id: [2, 1],
    at: hour,
    service: 'billing',
    attributes: { ...journey, 'messaging.message.id': 'm1' },
    links: [{ to: [1, 1], role: 'creation' }],
  }),
  makeSpan('send mails', { id: [2, 2], parent: 1, at: hour + 1, service: 'billing', attributes: journey }),
  makeSpan('process mails', {
    id: [3, 1],
    at: 2 * hour,
    service: 'mailer',
    attributes: { ...journey, 'messaging.message.id': 'm2' },
    links: [
      { to: [2, 2], role: 'creation' },
      { to: [9, 1], role: 'ambient' },
    ],
  }),
  makeSpan('poll mails', { id: [9, 1], at: hour, service: 'mailer' }),
];

const servers: BackendServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function backend(answer: Answer, given: readonly JourneySpan[] = spans): Promise<BackendServer> {
  const server = await startBackend(answer, given);
  servers.push(server);
  return server;
}

const sources: readonly [string, () => Promise<JaegerSource | TempoSource | SpansSource>][] = [
  ['a file', async () => new SpansSource(spans)],
  ['Jaeger 1', async () => new JaegerSource((await backend(jaeger1)).url)],
  ['Jaeger 2', async () => new JaegerSource((await backend(jaeger2)).url)],
  ['Tempo', async () => new TempoSource((await backend(tempo)).url)],
  ['Tempo that cannot search links', async () => new TempoSource((await backend(oldTempo)).url)],
];

describe.each(sources)('%s', (_, open) => {
  it.each([
    ['the trace of the producer', traceId(1)],
    ['the trace in the middle', traceId(2)],
    ['the trace of the late consumer', traceId(3).toUpperCase()],
    ['the id without its zeros', '3'],
    ['the id of a message', 'm1'],
  ])('gives the same journey by %s', async (_name, id) => {
    const found = await findJourney(await open(), id, { now });
    expect(found?.journey.traces.map((trace) => trace.traceId)).toEqual([traceId(1), traceId(2), traceId(3)]);
    expect(found?.journey.hops.map(({ kind, wait }) => [kind, wait?.parts])).toEqual([
      ['message', [{ what: 'queue', duration: hour - 10 }]],
      ['message', [{ what: 'queue', duration: hour - 11 }]],
    ]);
    expect(found?.unreadTraces).toBe(0);
  });

  it('knows nothing of other ids', async () => {
    expect(await findJourney(await open(), traceId(77), { now })).toBeUndefined();
    expect(await findJourney(await open(), 'm77', { now })).toBeUndefined();
  });
});

it('a journey is found by its id where its first trace was dropped', async () => {
  const kept = spans.filter((span) => span.traceId !== traceId(1));
  for (const source of [
    new SpansSource(kept),
    new JaegerSource((await backend(jaeger1, kept)).url),
    new TempoSource((await backend(tempo, kept)).url),
  ]) {
    const found = await findJourney(source, traceId(1), { now });
    expect(found?.journey.traces.map((trace) => trace.traceId)).toEqual([traceId(2), traceId(3)]);
    expect(found?.journey.ghosts[0]).toMatchObject({ role: 'sender', span: { traceId: traceId(1) } });
  }
});

it('reads no more traces than it may, and tells how many there are', async () => {
  const found = await findJourney(new SpansSource(spans), traceId(2), { now, traces: 2 });
  expect(found?.journey.traces).toHaveLength(2);
  expect(found?.unreadTraces).toBe(1);
});

describe('a source of more than there is room for', () => {
  /** A trace of 100 spans, which links to 99 like it. */
  const all = Array.from({ length: 100 }, (_, index) =>
    Array.from({ length: 100 }, (__, span) =>
      makeSpan('process orders', {
        id: [100 + index, span + 1],
        at: span,
        attributes: { text: 'x'.repeat(996) },
        links:
          span === 0 && index === 0
            ? Array.from({ length: 99 }, (___, to) => ({ to: [101 + to, 1] as const }))
            : [],
      }),
    ),
  ).flat();

  it.each([
    ['spans', { spans: 1_000 }],
    // 100 spans have more than 100,000 characters.
    ['characters', { length: 1_000_000 }],
  ])('is read until there are as many %s, and the traces that are not are counted', async (_, limits) => {
    const found = await findJourney(new SpansSource(all), traceId(100), { now, ...limits });
    const { journey, unreadTraces = 0 } = found ?? {};
    const read = new Set(
      journey?.traces.filter((trace) => trace.spans.length > 0).map((trace) => trace.traceId),
    );
    expect(read.size).toBeGreaterThanOrEqual(10);
    expect(read.size).toBeLessThan(20);
    expect(unreadTraces).toBe(100 - read.size);
  });

  it('is asked for no more journeys than for traces', async () => {
    const many = spans.map((span, index) => ({
      ...span,
      attributes: { ...span.attributes, 'waybill.journey.id': traceId(50 + index) },
    }));
    const { url, requests } = await backend(tempo, many);
    await findJourney(new TempoSource(url), traceId(2), { now, traces: 1 });
    expect(requests.filter(({ search }) => search.includes('waybill.journey.id'))).toHaveLength(1);
  });
});

it('a span without a time keeps nothing else from being found', async () => {
  const timeless = { ...makeSpan('GET /', { id: [2, 7], at: 0 }), start: Number.NaN };
  const all = new SpansSource([timeless, ...spans]);
  const starts: number[] = [];
  const source: JourneySource = {
    traces: (traceIds) => all.traces(traceIds),
    async search(attribute, value, { start }) {
      starts.push(start);
      return start > 0 ? await all.search(attribute, value) : [];
    },
  };
  const found = await findJourney(source, traceId(2), { now, within: hour });
  expect(found?.journey.traces).toHaveLength(3);
  expect(new Set(starts)).toEqual(new Set([testStart]));
});

describe('requests', () => {
  it('to Jaeger ask each service, for spans as they were sent, around the time of what is known', async () => {
    const { url, requests } = await backend(jaeger1);
    await findJourney(new JaegerSource(`${url}/`), traceId(2), { now, within: hour });
    const [, services, trace, search] = requests;
    expect(services?.pathname).toBe('/api/services');
    expect(`${trace?.pathname}${trace?.search}`).toBe(`/api/traces/${traceId(2)}?raw=true`);
    expect(Object.fromEntries(search?.searchParams ?? [])).toEqual({
      service: 'shop',
      tags: JSON.stringify(journey),
      start: String(testStart * 1_000),
      end: String((testStart + 2 * hour + 11) * 1_000),
      limit: '200',
    });
  });

  it('leave out what was active around a handler', async () => {
    const { url, requests } = await backend(jaeger2);
    await findJourney(new JaegerSource(url), traceId(3), { now });
    expect(requests.filter(({ pathname }) => pathname.endsWith(traceId(2)))).toHaveLength(1);
    expect(requests.filter(({ pathname }) => pathname.endsWith(traceId(9)))).toEqual([]);
  });

  it('carry the headers that they are given', async () => {
    const { url, headers } = await backend(tempo);
    await findJourney(new TempoSource(url, { headers: { 'X-Scope-OrgID': 'shop' } }), traceId(2), { now });
    expect(headers.every((each) => each['x-scope-orgid'] === 'shop')).toBe(true);
  });

  it('to Tempo cover no more time than it searches', async () => {
    const { url, requests } = await backend(tempo);
    await findJourney(new TempoSource(url), 'm1', { now, within: 1_000 * hour });
    const { start, end } = Object.fromEntries(requests[0]?.searchParams ?? []);
    expect(Number(end) - Number(start)).toBeLessThan(168 * 3_600);
  });

  it('escape what they search', async () => {
    const { url, requests } = await backend(tempo);
    await findJourney(new TempoSource(url), 'm" || true || "', { now });
    expect(requests[0]?.searchParams.get('q')).toBe('{ span.messaging.message.id = "m\\" || true || \\"" }');
  });
});

describe('a server', () => {
  it.each<[string, Answer, HttpOptions, RegExp]>([
    [
      'wants credentials',
      () => 401,
      {},
      /answers \/api\/v3\/services with 401: an error of the server\. It wants a header/,
    ],
    [
      'fails',
      () => 500,
      {},
      /answers \/api\/v3\/services with 500: an error of the server\. \[WAYBILL_JOURNEY_SOURCE\]$/,
    ],
    [
      'is another one',
      () => 404,
      {},
      /is no query service of Jaeger: it has neither api\/v3\/services nor api\/services/,
    ],
    ['answers at length', jaeger1, { answerBytes: 10 }, /with more than 10 bytes\. Search a shorter time/],
  ])('that %s is an error that tells', async (_, answer, options, message) => {
    const { url } = await backend(answer);
    await expect(findJourney(new JaegerSource(url, options), traceId(1))).rejects.toThrow(message);
  });

  it('that is not there is an error that tells', async () => {
    const { url, stop } = await startBackend(jaeger1, []);
    await stop();
    await expect(findJourney(new TempoSource(url), traceId(1))).rejects.toThrow(
      /does not answer: .*ECONNREFUSED.*\. Is it there/,
    );
  });

  it('that names another server is not followed there', async () => {
    const { url: other, requests } = await backend(tempo);
    const moved = createServer((_, response) => response.writeHead(302, { location: `${other}/` }).end());
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    try {
      const source = new TempoSource(`http://127.0.0.1:${(moved.address() as AddressInfo).port}`);
      await expect(findJourney(source, traceId(1))).rejects.toThrow(`with another address, "${other}/"`);
      expect(requests).toEqual([]);
    } finally {
      moved.close();
    }
  });

  it('is named without credentials, which an error does not repeat', () => {
    const open = () => new TempoSource('http://shop:secret@tempo.example:3200');
    expect(open).toThrow(/The URL at tempo\.example:3200 holds a name or a password/);
    expect(open).not.toThrow(/secret/);
  });

  it.each(['localhost:16686', 'file:///etc/passwd', ''])('is not named by %j', (url) => {
    expect(() => new JaegerSource(url)).toThrow(/is no URL of HTTP\. Write it in full/);
  });
});
