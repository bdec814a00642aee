import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { createWaybill, type WaybillPolicy } from '@waybill/core';
import { createHandoff } from '@waybill/handoff';
import { MemoryBroker, startTestTelemetry, type TestTelemetry, traceMemoryBroker } from '@waybill/testing';
import { Outbox } from '../src/outbox.ts';

let telemetry: TestTelemetry;

beforeEach(async () => {
  telemetry = await startTestTelemetry();
});

afterEach(() => telemetry.shutdown());

/** A shop that takes one order of a tenant; `later` is how long after that the relay looks, in ms. */
async function takeOrder(policy: WaybillPolicy, later = 0): Promise<(string | undefined)[]> {
  let now = Date.now();
  const waybill = createWaybill({ policy, clock: () => now });
  const broker = traceMemoryBroker(new MemoryBroker({ clock: () => now }), waybill);
  const tenants: (string | undefined)[] = [];
  broker.subscribe('orders', () => {
    tenants.push(propagation.getActiveBaggage()?.getEntry('tenant.id')?.value);
  });
  const database = new DatabaseSync(':memory:');
  const outbox = new Outbox(database, createHandoff(waybill));

  const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
  context.with(propagation.setBaggage(context.active(), baggage), () =>
    trace.getTracer('shop').startActiveSpan('POST /orders', (span) => {
      database.exec('BEGIN');
      outbox.add({ queue: 'orders', body: 'one chair' });
      database.exec('COMMIT');
      span.end();
    }),
  );
  now += later;
  await outbox.relay(({ queue, body }) => broker.publish(queue, { body }));
  await broker.idle();
  expect(database.prepare('SELECT COUNT(*) AS stored FROM outbox').get()).toEqual({ stored: 0 });
  return tenants;
}

it('keeps the trace and the baggage of the transaction', async () => {
  expect(await takeOrder({})).toEqual(['acme']);

  const { spans } = telemetry;
  spans.named('run outbox').toBeChildOf(spans.named('POST /orders'));
  spans.named('send orders').toBeChildOf(spans.named('run outbox'));
  spans.named('process orders').toBeChildOf(spans.named('send orders'));
});

it('begins a trace that links to the transaction where the relay is late', async () => {
  expect(await takeOrder({}, 3_600_000)).toEqual(['acme']);

  const { spans } = telemetry;
  const request = spans.named('POST /orders');
  spans.named('run outbox').toBeRoot().toLinkTo(request);
  spans.named('process orders').toBeChildOf(spans.named('send orders'));
  spans.named('process orders').toHaveAttributes({ 'waybill.journey.id': request.only.traceId });
});

it('has no span of its own with a rule that says so', async () => {
  expect(await takeOrder({ queues: { 'handoff:outbox': { spans: false } } })).toEqual(['acme']);

  const { spans } = telemetry;
  spans.named('run outbox').toHaveCount(0);
  spans.named('send orders').toBeChildOf(spans.named('POST /orders'));
});

it('gives a relay that knows nothing of traces the headers to send', async () => {
  const waybill = createWaybill();
  const handoff = createHandoff(waybill);
  const headers = trace.getTracer('shop').startActiveSpan('POST /orders', (span) => {
    span.end();
    return handoff.capture();
  });
  const relay = new MemoryBroker();
  const broker = traceMemoryBroker(relay.connect(), waybill);

  broker.subscribe('orders', () => undefined);
  await relay.publish('orders', { body: 'one chair', headers });
  await broker.idle();

  const { spans } = telemetry;
  spans.named('process orders').toBeChildOf(spans.named('POST /orders'));
  spans.named('process orders').toHaveAttributes({ 'waybill.message.age.source': 'waybill' });
});
