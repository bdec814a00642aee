import { randomUUID } from 'node:crypto';
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type Broker, startBroker } from '@waybill/brokers';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { expectNoLeaks, type RecordedSpans, recordSpans } from '@waybill/testing';
import {
  type ConnectionOptions,
  FlowProducer,
  type Processor,
  Queue,
  type QueueBaseOptions,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { traceFlowProducer, traceProcessor, traceQueue } from '../src/index.ts';
import { connectionTo, deleteQueues } from './harness.ts';

/** A real Redis, recorded spans, everything that connects to it, to be closed together, and queues that are deleted. */
export class BullmqTestBed {
  readonly spans: RecordedSpans = recordSpans();
  readonly connection: ConnectionOptions;
  readonly #broker: Broker;
  readonly #queues = `testBed-${randomUUID()}`;
  #made = 0;
  readonly #waybills: Waybill[] = [];
  readonly #open: { close(): Promise<unknown> }[] = [];

  private constructor(broker: Broker) {
    this.#broker = broker;
    this.connection = connectionTo(broker.url);
  }

  static async open(): Promise<BullmqTestBed> {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    return new BullmqTestBed(await startBroker('redis'));
  }

  /** A name that no queue has. Queues whose names begin with it are deleted. */
  name(): string {
    this.#made += 1;
    return `${this.#queues}-${this.#made}`;
  }

  /** A Waybill whose spans are recorded here. */
  waybill(options: WaybillOptions = {}): Waybill {
    const tracerProvider = new TracerProvider({ spanProcessors: [this.spans] });
    const waybill = createWaybill({ tracerProvider, diagnose: true, ...options });
    if (options.diagnose !== false) this.#waybills.push(waybill);
    return waybill;
  }

  /** A queue that no Waybill traces. */
  bareQueue(name: string, options: Partial<QueueOptions> = {}): Queue {
    const queue = this.#closed(new Queue(name, { connection: this.connection, ...options }));
    queue.on('error', () => undefined);
    return queue;
  }

  /** A queue that records its spans here. */
  queue(name: string, waybill: Waybill = this.waybill(), options: Partial<QueueOptions> = {}): Queue {
    return traceQueue(this.bareQueue(name, options), waybill);
  }

  /** A flow producer that no Waybill traces. */
  bareFlowProducer(options: Partial<QueueBaseOptions> = {}): FlowProducer {
    return this.#closed(new FlowProducer({ connection: this.connection, ...options }));
  }

  /** A flow producer that records its spans here. */
  flowProducer(waybill: Waybill = this.waybill()): FlowProducer {
    return traceFlowProducer(this.bareFlowProducer(), waybill);
  }

  /** A worker with this very processor. */
  async bareWorker(
    name: string,
    processor: Processor | string,
    options: Partial<WorkerOptions> = {},
  ): Promise<Worker> {
    const worker = this.#closed(new Worker(name, processor, { connection: this.connection, ...options }));
    // An application listens, or BullMQ prints.
    worker.on('error', () => undefined);
    await worker.waitUntilReady();
    return worker;
  }

  /** A worker that records its spans here. */
  worker(
    name: string,
    processor: Processor,
    options: Partial<WorkerOptions> = {},
    waybill: Waybill = this.waybill(),
  ): Promise<Worker> {
    return this.bareWorker(name, traceProcessor(processor, waybill), options);
  }

  /** Closes all that was opened so far, workers first. No mistakes with contexts were made. */
  async disconnect(): Promise<void> {
    for (const client of this.#open.splice(0).reverse()) await client.close();
    for (const waybill of this.#waybills.splice(0)) expectNoLeaks(waybill);
  }

  async close(): Promise<void> {
    await this.disconnect();
    context.disable();
    await deleteQueues(this.#broker.url, this.#queues);
    await this.#broker.stop();
  }

  #closed<T extends { close(): Promise<unknown> }>(client: T): T {
    this.#open.push(client);
    return client;
  }
}

/** The baggage that is active, as a plain object. */
export function activeBaggage(): Record<string, string> {
  const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}

/** Runs with an entry of baggage, as a service does that knows its tenant. */
export function asTenant<T>(id: string, run: () => T): T {
  const baggage = propagation.createBaggage({ 'tenant.id': { value: id } });
  return context.with(propagation.setBaggage(context.active(), baggage), run);
}
