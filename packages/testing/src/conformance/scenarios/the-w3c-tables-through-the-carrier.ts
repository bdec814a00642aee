import assert from 'node:assert/strict';
import { propagation, type SpanContext, trace } from '@opentelemetry/api';
import { baggageCases, traceContextCases, type W3cCase } from '@waybill/w3c-tables';
import type { Scenario } from '../scenario.ts';
import type { TestBed } from '../test-bed.ts';

type Headers = W3cCase<unknown>['headers'];

interface Seen {
  readonly spanContext: SpanContext | undefined;
  readonly entries: readonly (readonly [key: string, value: string])[];
}

export const theW3cTablesThroughTheCarrier: Scenario = {
  name: 'the tables of W3C Trace Context and Baggage hold through the broker’s own carrier',
  async play(testBed) {
    const traces = carried(testBed, traceContextCases);
    const baggages = carried(testBed, baggageCases);
    const seen = await through(testBed, [...traces, ...baggages]);

    for (const [index, row] of traces.entries()) {
      const { name, expect, headers } = row;
      const spanContext = seen.get(index)?.spanContext;
      if (expect.traceparent === null) {
        const received = JSON.stringify(headers);
        assert.ok(!received.includes(String(spanContext?.traceId)), `${name}: the trace went on`);
        continue;
      }
      assert.equal(spanContext?.traceId, expect.traceparent.traceId, name);
      assert.equal(spanContext?.traceState?.serialize() ?? '', expect.tracestate, name);
    }
    for (const [index, row] of baggages.entries()) {
      const { name, expect } = row;
      const expected = expect.entries.map(({ key, value }) => [key, value]);
      assert.deepEqual(seen.get(traces.length + index)?.entries, expected, name);
    }
  },
};

function carried<E>(testBed: TestBed, cases: readonly W3cCase<E>[]): readonly W3cCase<E>[] {
  return cases.filter(({ headers }) => testBed.harness.carries?.(headers) ?? true);
}

/** Sends a message for each case, and gives what their handlers saw, by the number of the case. */
async function through(testBed: TestBed, cases: readonly W3cCase<unknown>[]): Promise<Map<number, Seen>> {
  const bare = await testBed.connect(undefined, 'bare');
  for (const [index, { headers }] of cases.entries()) {
    await testBed.publish(bare, { body: `${index}`, headers: grouped(headers) });
  }
  const seen = new Map<number, Seen>();
  await testBed.consume(await testBed.connect(), cases.length, ({ body }) => {
    const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
    seen.set(Number(body), {
      spanContext: trace.getActiveSpan()?.spanContext(),
      entries: entries.map(([key, { value }]) => [key, value]),
    });
  });
  return seen;
}

/** Headers by name; a name that is repeated has all its values. */
function grouped(headers: Headers): Record<string, string | string[]> {
  const byName: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    byName[name] = byName[name] === undefined ? value : [byName[name], value].flat();
  }
  return byName;
}
