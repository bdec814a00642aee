import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { createHandoff } from '@waybill/handoff';
import { expectNoLeaks, MemoryBroker, startTestTelemetry, traceMemoryBroker } from '@waybill/testing';
import { Shop } from './shop.ts';

const { spans } = await startTestTelemetry();
const waybill = createWaybill({
  diagnose: true,
  policy: { queues: { 'handoff:packing': { linkAfter: '250ms' } } },
});
const broker = traceMemoryBroker(new MemoryBroker(), waybill);
const tracer = trace.getTracer('shop');
const shop = new Shop(tracer, createHandoff(waybill), broker);

const reporting = tracer.startActiveSpan('start', (span) => {
  const job = shop.startReporting('* * * * * *');
  span.end();
  return job;
});
shop.server.listen(0, '127.0.0.1');
await once(shop.server, 'listening');
const { port } = shop.server.address() as AddressInfo;
const order = (tenant: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST', headers: { 'x-tenant': tenant } });
await Promise.all([order('acme'), order('globex')]);
await shop.finished();
await spans.waitFor('run sales-report', { count: 2 });
reporting.stop();
shop.server.close();

console.log(`${shop.reported} orders reported. ${spans.drawing}`);
expectNoLeaks(waybill);
