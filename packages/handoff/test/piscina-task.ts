// What a thread of piscina runs for each task. The other side may be any OpenTelemetry SDK; here it is only its propagator.
import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Envelope } from '@waybill/handoff';

propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);

function task({ payload, carrier }: Envelope<number>): unknown {
  const extracted = propagation.extract(ROOT_CONTEXT, carrier);
  return {
    doubled: payload * 2,
    traceId: trace.getSpanContext(extracted)?.traceId,
    tenant: propagation.getBaggage(extracted)?.getEntry('tenant.id')?.value,
  };
}

export { task as default };
