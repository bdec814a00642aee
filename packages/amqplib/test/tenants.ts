import { context, propagation, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';

const requests = new TracerProvider().getTracer('requests');

/** Requests of tenants, and what their messages show of them when they arrive. */
export class Tenants {
  /** The trace of the request of each tenant. */
  readonly #traces = new Map<string, string>();

  /** The tenants whose messages arrived, and of those the ones that carried what is another's. */
  readonly arrived: Set<string> = new Set();
  readonly mixed: Set<string> = new Set();

  /** Runs something in a request of a tenant: in a trace of its own, with the tenant in the baggage. */
  request<R>(tenant: string, run: () => R): R {
    const span = requests.startSpan(`request of ${tenant}`, { root: true });
    this.#traces.set(tenant, span.spanContext().traceId);
    const baggage = propagation.createBaggage({ 'tenant.id': { value: tenant } });
    return context.with(trace.setSpan(propagation.setBaggage(context.active(), baggage), span), run);
  }

  /** Compares a message of a tenant with the request that it comes from. */
  arrive(
    tenant: string,
    headers: Readonly<Record<string, unknown>> | undefined,
    handled: Readonly<Record<string, string | undefined>>,
  ): void {
    this.arrived.add(tenant);
    const sent = [String(headers?.traceparent).slice(3, 35), headers?.baggage];
    const expected = [this.#traces.get(tenant), `tenant.id=${tenant}`];
    const isOwn = sent.every((value, index) => value === expected[index]);
    if (!isOwn || handled.tenant !== tenant || handled.trace !== expected[0]) this.mixed.add(tenant);
  }
}

/** The tenant and the trace that are active. */
export function activeTenant(): { readonly tenant: string | undefined; readonly trace: string | undefined } {
  return {
    tenant: propagation.getActiveBaggage()?.getEntry('tenant.id')?.value,
    trace: trace.getActiveSpan()?.spanContext().traceId,
  };
}
