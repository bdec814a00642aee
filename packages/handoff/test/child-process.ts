// A child process that answers each envelope with what it sees, in a hand-off of its own.
import { propagation, trace } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { createHandoff, type Envelope } from '@waybill/handoff';
import { startTestTelemetry } from '@waybill/testing';

await startTestTelemetry();
const handoff = createHandoff(createWaybill());

process.on('message', (envelope: Envelope<string>) => {
  handoff.open('child', envelope, (word) => {
    const tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
    process.send?.({ word, tenant, traceId: trace.getActiveSpan()?.spanContext().traceId });
  });
});
