import { describe, expect, it } from '@jest/globals';
import { createWaybill } from '@waybill/core';
import { tracedBroker } from '../../test/traced-broker.ts';
import { MemoryBroker } from '../memory-broker/memory-broker.ts';
import { traceMemoryBroker } from './trace-memory-broker.ts';

describe('a traced broker', () => {
  it('is the same broker, with the same type', () => {
    class ShopBroker extends MemoryBroker {
      readonly shop = 'north';
    }
    const broker = new ShopBroker();
    const traced: ShopBroker = traceMemoryBroker(broker, createWaybill());

    expect(traced).toBe(broker);
    expect(traced.shop).toBe('north');
  });

  it('shows no more properties than it did, and its methods have their names and parameters', () => {
    const bare = new MemoryBroker();
    const traced = traceMemoryBroker(new MemoryBroker(), createWaybill());

    expect(Object.keys(traced)).toEqual(Object.keys(bare));
    for (const name of [
      'publish',
      'publishBatch',
      'subscribe',
      'subscribeBatch',
      'receive',
      'ack',
    ] as const) {
      expect(traced[name]).not.toBe(bare[name]);
      expect(traced[name].name).toBe(bare[name].name);
      expect(traced[name]).toHaveLength(bare[name].length);
    }
  });

  it('is traced once, however often it is wrapped', async () => {
    const { broker, waybill, spans, drain } = tracedBroker();
    const { publish } = broker;
    expect(traceMemoryBroker(traceMemoryBroker(broker, waybill), createWaybill())).toBe(broker);
    expect(broker.publish).toBe(publish);
    await broker.publish('orders', { body: 1 });
    await drain('orders');

    spans.each.toHaveCount(2);
  });

  it('does not touch other brokers', async () => {
    const { spans } = tracedBroker();
    const bare = new MemoryBroker();
    await bare.publish('orders', { body: 1 });

    spans.each.toHaveCount(0);
    expect(await bare.receive('orders')).toMatchObject([{ headers: {} }]);
  });

  it.each<[title: string, call: (broker: MemoryBroker) => unknown]>([
    ['no message', (broker) => broker.publish('orders', undefined as never)],
    ['no messages', (broker) => broker.publishBatch(undefined as never)],
    ['a body that cannot be copied', (broker) => broker.publish('orders', { body: () => 1 })],
    ['a message nobody received', (broker) => broker.ack({ queue: 'orders', receipt: 'lost' } as never)],
    ['nothing to acknowledge', (broker) => broker.ack(undefined as never)],
  ])('refuses %s with the error of the bare one', async (_title, call) => {
    const bare = await failureOf(() => call(new MemoryBroker()));
    const traced = await failureOf(() => call(tracedBroker().broker));

    expect(bare).toBeDefined();
    expect(traced).toEqual(bare);
  });
});

/** Only what the caller's promise is rejected with counts: none of the calls may throw. */
async function failureOf(call: () => unknown): Promise<unknown> {
  const promise = call();
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}
