import { describe, expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type WaybillPolicy } from '@waybill/core';
import {
  MemoryBroker,
  type MemoryBrokerOptions,
  type RecordedSpans,
  recordSpans,
  traceMemoryBroker,
} from '@waybill/testing';
import {
  buildJourneys,
  type Hop,
  type Journey,
  type JourneyAttributes,
  type JourneySpan,
} from '../src/index.ts';

context.setGlobalContextManager(new AsyncLocalStorageContextManager());

/** A broker whose messages Waybill traces, and what was recorded, as journeys. */
function tracedBroker(policy: WaybillPolicy = {}, options: MemoryBrokerOptions = {}) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const spans = recordSpans();
  const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
  const waybill = createWaybill({ tracerProvider, policy, clock: () => clock.now });
  const broker = traceMemoryBroker(new MemoryBroker({ clock: () => clock.now, ...options }), waybill);
  return { broker, clock, journeys: () => buildJourneys(journeySpans(spans)).journeys };
}

function journeySpans(recorded: RecordedSpans): JourneySpan[] {
  return recorded.each.all.map(({ startTime, duration, links, attributes, ...span }) => ({
    ...span,
    start: startTime,
    end: startTime + duration,
    attributes: attributes as JourneyAttributes,
    links: links.map((link) => ({ ...link, attributes: link.attributes as JourneyAttributes })),
  }));
}

function told({ kind, relation, attempt, decision }: Hop): unknown[] {
  return [kind, relation, attempt, decision.reason];
}

function only(journeys: readonly Journey[]): Journey {
  expect(journeys).toHaveLength(1);
  return journeys[0] as Journey;
}

describe('what Waybill writes', () => {
  it('is one journey of two traces where a message is late', async () => {
    const { broker, clock, journeys } = tracedBroker();
    await broker.publish('orders', { body: 1 });
    clock.now += 120_000;
    broker.subscribe('orders', ({ body }) => broker.publish('invoices', { body }));
    broker.subscribe('invoices', () => undefined);
    await broker.idle();

    const { ids, traces, hops, ghosts } = only(journeys());
    // All of it may be in the same ms.
    const late = hops.find(({ destination }) => destination === 'orders') as Hop;
    const fresh = hops.find(({ destination }) => destination === 'invoices') as Hop;
    expect([late, fresh].map(told)).toEqual([
      ['message', 'link', 1, 'late'],
      ['message', 'parent', 1, 'fresh'],
    ]);
    expect(traces).toHaveLength(2);
    expect(ids).toEqual([late.sender.traceId]);
    expect(late.decision.age).toBe(120_000);
    expect(ghosts).toEqual([]);
  });

  it('has every attempt follow the one before', async () => {
    const { broker, journeys } = tracedBroker();
    let attempts = 0;
    broker.subscribe('orders', () => {
      attempts += 1;
      if (attempts < 3) throw new Error('not yet');
    });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    const { hops } = only(journeys());
    expect(hops.map(told)).toEqual([
      ['message', 'parent', 1, 'fresh'],
      ['attempt', 'parent', 2, 'fresh'],
      ['attempt', 'parent', 3, 'fresh'],
    ]);
    expect(hops.map(({ previous }) => previous)).toEqual([undefined, hops[0]?.handling, hops[1]?.handling]);
  });

  it('joins what a batch handles together', async () => {
    const { broker, journeys } = tracedBroker();
    for (const body of [1, 2, 3]) await broker.publish('orders', { body });
    broker.subscribeBatch('orders', () => undefined);
    await broker.idle();

    const { traces, hops } = only(journeys());
    expect(traces).toHaveLength(4);
    expect(hops.map(({ relation, decision }) => [relation, decision.reason])).toEqual(
      Array.from({ length: 3 }, () => ['link', 'batch']),
    );
  });

  it('goes on behind a sender that is not trusted', async () => {
    const { broker, journeys } = tracedBroker({ queues: { partner: { trust: 'untrusted' } } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await MemoryBroker.prototype.publish.call(broker, 'partner', { headers: { traceparent }, body: 1 });
    broker.subscribe('partner', () => undefined);
    await broker.idle();

    const { hops, ghosts } = only(journeys());
    expect(hops.map(told)).toEqual([['message', 'link', 1, 'untrusted']]);
    expect(ghosts).toMatchObject([
      { role: 'sender', reason: 'untrusted', span: { spanId: 'b7ad6b7169203331' } },
    ]);
  });
});
