import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Handoff } from '@waybill/handoff';
import type { MemoryBroker } from '@waybill/testing';
import { Cron } from 'croner';
import PQueue from 'p-queue';

/**
 * A shop that answers an order at once and fulfils it in the background: packed in a pool that has one pair of hands, billed through a
 * queue, followed up by a timer, and reported by cron.
 */
export class Shop {
  readonly #tracer: Tracer;
  readonly #handoff: Handoff;
  readonly #broker: MemoryBroker;
  readonly #packers = new PQueue({ concurrency: 1 });
  readonly #orders: string[] = [];
  readonly #publishing: Promise<unknown>[] = [];
  #reported = 0;

  constructor(tracer: Tracer, handoff: Handoff, broker: MemoryBroker) {
    this.#tracer = tracer;
    this.#handoff = handoff;
    this.#broker = broker;
    broker.subscribe('invoices', () => sleep(5));
  }

  /** `POST /orders` with the name of a tenant in `x-tenant`. */
  readonly server: Server = createServer((request, response) => {
    const tenant = { value: String(request.headers['x-tenant']) };
    const baggage = propagation.createBaggage({ 'tenant.id': tenant });
    const span = this.#tracer.startSpan('POST /orders', { kind: SpanKind.SERVER });
    const active = propagation.setBaggage(trace.setSpan(context.active(), span), baggage);
    response.writeHead(202).end();
    context.with(active, () => this.#accept(tenant.value));
    span.end();
  });

  /** Reports by cron, until the job is stopped. */
  startReporting(pattern: string): Cron {
    return new Cron(
      pattern,
      this.#handoff.recurring('sales-report', () => this.#report()),
    );
  }

  /** How many orders the last report told of. */
  get reported(): number {
    return this.#reported;
  }

  /** Resolves when all that was accepted is fulfilled. */
  async finished(): Promise<void> {
    await Promise.all(this.#publishing);
    await this.#packers.onIdle();
    await this.#broker.idle();
  }

  #report(): void {
    this.#reported = this.#orders.length;
  }

  #accept(order: string): void {
    this.#orders.push(order);
    this.#packers.add(this.#handoff.bind('packing', () => sleep(600)));
    this.#handoff.setTimeout('follow-up', () => sleep(1), 10);
    this.#publishing.push(this.#broker.publish('invoices', { body: order }));
  }
}
