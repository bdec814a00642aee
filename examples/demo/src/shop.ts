import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { DemoBroker } from './demo-broker.ts';

/** What a tenant of the shop ordered. */
export interface Order {
  readonly id: string;
  readonly tenant: string;
}

const tracer = trace.getTracer('shop');

/**
 * Takes an order, as a web server would: in a request's span, with the tenant in the baggage. Nothing here knows of
 * Waybill.
 *
 * @returns the id of the request's trace.
 */
export function placeOrder(broker: DemoBroker, order: Order): Promise<string> {
  const baggage = propagation.createBaggage({ 'tenant.id': { value: order.tenant } });
  const request = propagation.setBaggage(context.active(), baggage);
  return tracer.startActiveSpan('POST /orders', { kind: SpanKind.SERVER }, request, async (span) => {
    try {
      await broker.send('orders', JSON.stringify({ id: order.id }));
      return span.spanContext().traceId;
    } finally {
      span.end();
    }
  });
}

/** Handles an order: its invoice is the next message on its journey. */
export async function handleOrder(broker: DemoBroker, body: string): Promise<void> {
  await broker.send('invoices', body);
}
