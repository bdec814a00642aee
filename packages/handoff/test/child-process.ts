// A child process that answers each envelope with what it sees, in a hand-off of its own.
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { createHandoff, type Envelope } from '@waybill/handoff';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider());
const handoff = createHandoff(createWaybill());

process.on('message', (envelope: Envelope<string>) => {
  handoff.open('child', envelope, (word) => {
    const tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
    process.send?.({ word, tenant, traceId: trace.getActiveSpan()?.spanContext().traceId });
  });
});
