import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { Waybill } from '@waybill/core';
import type { BrokerAsPromised, BrokerConfig, Broker as CallbackBroker } from 'rascal';
import { traceRascalBroker } from '../src/index.ts';

/** It has no names that an ES module could import. */
export const rascal = createRequire(import.meta.url)('rascal') as typeof import('rascal');

/** Brokers of rascal that are closed after a test. */
export class RascalBrokers {
  readonly #brokers: { shutdown(): Promise<unknown> }[] = [];

  /** A broker whose errors are kept from ending the process; traced, if there is a Waybill. */
  async open(config: BrokerConfig, waybill?: Waybill): Promise<BrokerAsPromised> {
    const broker = await rascal.BrokerAsPromised.create(rascal.withDefaultConfig(config));
    this.#brokers.push(broker);
    broker.on('error', () => undefined);
    return waybill === undefined ? broker : traceRascalBroker(broker, waybill);
  }

  /** The same with callbacks. */
  async openCallback(config: BrokerConfig, waybill?: Waybill): Promise<CallbackBroker> {
    const broker = await new Promise<CallbackBroker>((resolve, reject) => {
      rascal.Broker.create(rascal.withDefaultConfig(config), (error, made) =>
        error ? reject(error) : resolve(made as CallbackBroker),
      );
    });
    this.#brokers.push({ shutdown: promisify(broker.shutdown.bind(broker)) });
    broker.on('error', () => undefined);
    return waybill === undefined ? broker : traceRascalBroker(broker, waybill);
  }

  /** Closes all. */
  async close(): Promise<void> {
    await Promise.all(this.#brokers.splice(0).map((broker) => broker.shutdown().catch(() => undefined)));
  }
}

/** A configuration with one queue, to which the publication `orders` goes, and the exchange `shop`, which goes to the same. */
export function configure(url: string, queue: string, options: object = {}): BrokerConfig {
  return {
    vhosts: {
      '/': {
        connection: { url, retry: { min: 20, max: 100 } },
        publicationChannelPools: { confirmPool: { max: 5, min: 1 } },
        queues: { [queue]: { options: { durable: true, ...options } } },
        exchanges: { 'amq.topic': { assert: false } },
        bindings: [{ source: 'amq.topic', destination: queue, bindingKey: `${queue}.#` }],
      },
    },
    publications: {
      orders: { vhost: '/', queue },
      shop: { vhost: '/', exchange: 'amq.topic', routingKey: `${queue}.created` },
      unconfirmed: { vhost: '/', queue, confirm: false },
      nowhere: { vhost: '/', exchange: 'amq.topic', routingKey: 'nowhere' },
    },
    subscriptions: { orders: { vhost: '/', queue, retry: { min: 20, max: 100 } } },
  } as BrokerConfig;
}
