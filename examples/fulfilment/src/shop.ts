import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Handoff } from '@waybill/handoff';
import type { MemoryBroker } from '@waybill/testing';
import PQueue from 'p-queue';

/**
 * A shop that answers an order at once and fulfils it in the background: packed in a pool that has one pair of hands, billed through a
 * queue, followed up by a timer, and reported by a schedule.
 */
export class Shop {
  readonly #tracer: Tracer;
  readonly #handoff: Handoff;
  readonly #broker: MemoryBroker;
  readonly #packers = new PQueue({ concurrency: 1 });
  readonly #orders: string[] = [];

  constructor(tracer: Tracer, handoff: Handoff, broker: MemoryBroker) {
    this.#tracer = tracer;
    this.#handoff = handoff;
    this.#broker = broker;
    broker.subscribe('invoices', () => sleep(5));
  }

  /** `POST /orders` with the name of a tenant in `x-tenant`. */
  readonly server: Server = createServer(async (request, response) => {
    const tenant = { value: String(request.headers['x-tenant']) };
    const baggage = propagation.createBaggage({ 'tenant.id': tenant });
    const span = this.#tracer.startSpan('POST /orders', { kind: SpanKind.SERVER });
    const active = propagation.setBaggage(trace.setSpan(context.active(), span), baggage);
    await context.with(active, () => this.#accept(tenant.value));
    response.writeHead(202).end();
    span.end();
  });

  /** Reports every so often, until the timer is cleared. */
  startReporting(every: number): NodeJS.Timeout {
    return this.#handoff.setInterval('sales-report', () => this.#orders.length, every);
  }

  /** Resolves when all that was accepted is fulfilled. */
  async finished(): Promise<void> {
    await this.#packers.onIdle();
    await this.#broker.idle();
  }

  async #accept(order: string): Promise<void> {
    this.#orders.push(order);
    this.#packers.add(this.#handoff.bind('packing', () => sleep(60)));
    this.#handoff.setTimeout('follow-up', () => sleep(1), 10);
    await this.#broker.publish('invoices', { body: order });
  }
}
