import { EventEmitter } from 'node:events';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { type RecordedSpans, recordSpans } from '@waybill/testing';
import { type AmqpTracingOptions, traceRascalBroker } from '../src/index.ts';

/** What a publication or a subscription of rascal has, in one. */
export class FakeSession extends EventEmitter {
  readonly config: { source: string; vhost: string; options?: object } = { source: 'orders', vhost: '/' };

  /** When the publication got its channel. */
  started: number | undefined;
  abort(): void {}
  async cancel(): Promise<void> {}
}

const vhost = '/';
const toQueue = { vhost, queue: 'orders', destination: 'shop:orders' };
const toExchange = { vhost, exchange: 'shop', destination: 'shop' };
const publications = {
  orders: toQueue,
  temporary: { ...toQueue, destination: 'orders' },
  labelled: { ...toQueue, options: { headers: { shop: 'north' } } },
  shop: { ...toExchange, routingKey: 'created' },
  keyless: toExchange,
};

/** A configuration with a temporary queue. */
function configured(connection: object): object {
  const queues = { orders: { fullyQualifiedName: 'orders', options: { exclusive: true } } };
  return { vhosts: { [vhost]: { queues, connections: [{ options: connection }] } }, publications };
}

/** What a broker with the API of promises has, with the calls that reach it. */
export class FakeBroker extends EventEmitter {
  readonly config: object;
  readonly calls: unknown[][] = [];
  readonly session: FakeSession = new FakeSession();

  /** What the calls fail with. */
  failure: Error | undefined;

  /** @param connection the options of its connection. */
  constructor(connection: object = {}) {
    super();
    this.config = configured(connection);
  }

  publish(...args: unknown[]): unknown {
    return this.#call('publish', args, this.session);
  }

  forward(...args: unknown[]): unknown {
    return this.#call('forward', args, this.session);
  }

  subscribe(...args: unknown[]): unknown {
    return this.#call('subscribe', args, this.session);
  }

  subscribeAll(...args: unknown[]): unknown {
    return this.#call('subscribeAll', args, [this.session]);
  }

  /** Tells that a virtual host lost its connection: rascal calls the listeners on that. */
  disconnect(vhost: string): void {
    for (const listener of this.listeners('disconnect')) Reflect.apply(listener, { name: vhost }, []);
  }

  protected answer(_args: readonly unknown[], answer: unknown): unknown {
    return this.failure === undefined ? Promise.resolve(answer) : Promise.reject(this.failure);
  }

  #call(method: string, args: readonly unknown[], answer: unknown): unknown {
    this.calls.push([method, ...args]);
    return this.answer(args, answer);
  }
}

/** A broker with the API of callbacks. */
export class FakeCallbackBroker extends FakeBroker {
  readonly promises = false;

  protected override answer(args: readonly unknown[], answer: unknown): unknown {
    const callback = args.at(-1);
    if (typeof callback === 'function') callback(this.failure ?? null, answer);
    return this;
  }
}

/** A traced broker, and the spans that it made. */
export interface FakeBrokerSetUp<B> {
  readonly broker: B;
  readonly spans: RecordedSpans;
  readonly waybill: Waybill;
}

/** Traces a broker. */
export function traceFakeBroker<B extends FakeBroker>(
  bare: B,
  options: WaybillOptions = {},
  tracing?: AmqpTracingOptions,
): FakeBrokerSetUp<B> {
  const spans = recordSpans();
  const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
  const waybill = createWaybill({ ...options, tracerProvider });
  return { broker: traceRascalBroker(bare, waybill, tracing), spans, waybill };
}
