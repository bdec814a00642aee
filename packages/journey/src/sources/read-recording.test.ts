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
import { JaegerSource } from './jaeger-source.ts';
import type { JourneySource } from './journey-source.ts';
import { readRecording } from './read-recording.ts';
import { SpansSource } from './spans-source.ts';
import { TempoSource } from './tempo-source.ts';

const spans = [
  makeSpan('send orders', { id: [1, 1], at: 0 }),
  makeSpan('process orders', { id: [2, 1], at: 50, service: 'billing', links: [{ to: [1, 1] }] }),
  makeSpan('GET /orders', {
    id: [3, 1],
    at: 60,
    service: 'billing',
    kind: 'SERVER',
    links: [{ to: [4, 1] }],
  }),
];

const servers: BackendServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function backend(answer: Answer): Promise<string> {
  const server = await startBackend(answer, spans);
  servers.push(server);
  return server.url;
}

const sources: readonly [string, () => Promise<JourneySource>, readonly number[]][] = [
  ['a file', async () => new SpansSource(spans), [1, 2, 3]],
  ['Jaeger 1', async () => new JaegerSource(await backend(jaeger1)), [1, 2, 3]],
  ['Jaeger 2', async () => new JaegerSource(await backend(jaeger2)), [1, 2, 3]],
  // Only traces with messages.
  ['Tempo', async () => new TempoSource(await backend(tempo)), [1, 2]],
  ['Tempo before 2.6', async () => new TempoSource(await backend(oldTempo)), [1, 2]],
];

describe.each(sources)('%s', (_, open, traces) => {
  it('gives its recent traces', async () => {
    const read = await readRecording(await open(), { now: testStart + 1_000 });
    expect([...new Set(read.spans.map((span) => span.traceId))].sort()).toEqual(traces.map(traceId));
    expect(read.unreadTraces).toBe(0);
  });

  it('gives no more than it may', async () => {
    const read = await readRecording(await open(), { now: testStart + 1_000, traces: 1 });
    expect(new Set(read.spans.map((span) => span.traceId)).size).toBe(1);
    expect(read.unreadTraces).toBeGreaterThan(0);
  });
});

it('reads what the recent traces link to, however old that is', async () => {
  const all = new SpansSource(spans);
  const onlyLate: JourneySource = {
    traces: (traceIds) => all.traces(traceIds),
    search: (attribute, value) => all.search(attribute, value),
    recent: async () => [traceId(2)],
  };
  const read = await readRecording(onlyLate);
  expect(read.spans.map((span) => span.traceId).sort()).toEqual([traceId(1), traceId(2)]);
});

it('says that a source cannot tell which traces there are', async () => {
  const { traces, search } = new SpansSource(spans);
  await expect(readRecording({ traces, search })).rejects.toThrow('it has no recent()');
});
