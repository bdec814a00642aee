import { describe, expect, it } from '@jest/globals';
import { createWaybill, processMessage } from '@waybill/core';
import { MemoryBroker, type MemoryBrokerOptions } from '../index.ts';
import { traceMemoryBroker } from './trace-memory-broker.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What a program does with a broker, and what comes of it. */
async function run(broker: MemoryBroker): Promise<unknown[]> {
  const log: unknown[] = [];
  const logged = async (call: () => Promise<unknown>): Promise<void> => {
    log.push(await call().catch((error: unknown) => ['failed', error]));
  };
  broker.subscribe(
    'orders',
    async ({ headers, body, attempt }) => {
      log.push(['handled', headers, body, attempt]);
      if (attempt === 1) throw new RangeError('not yet');
      await logged(() => broker.publish('shipping', { headers, body }));
    },
    { onError: (error) => log.push(['handler failed', error]) },
  );
  await logged(() => broker.publish('orders', { headers: { shop: 'north' }, body: 1 }));
  await broker.idle();
  await logged(() => broker.publish('orders', { headers: { traceparent, baggage: 'tenant=acme' }, body: 2 }));
  await broker.idle();
  await logged(() =>
    broker.publish('shipping', { headers: { traceparent: 'nonsense', waybill: '1' }, body: 6 }),
  );
  await logged(() => broker.publishBatch([3, 4].map((body) => ({ queue: 'shipping', body }))));
  await logged(() => broker.publish('full', { body: 5 }));
  const messages = await broker.receive('shipping');
  log.push(messages.map(({ headers, body }) => [headers, body]));
  for (const message of messages) {
    log.push(processMessage(message, ({ body }) => ['processed', body]));
  }
  await logged(() => broker.ackBatch('shipping', messages));
  await logged(() => broker.ackBatch('shipping', messages));
  return log;
}

const options: MemoryBrokerOptions = {
  clock: () => 1_000,
  refuse: (_message, queue) => (queue === 'full' ? new RangeError('full') : undefined),
};

describe('with no SDK registered', () => {
  it('a program does what it does without Waybill', async () => {
    const bare = await run(new MemoryBroker(options));
    const traced = await run(traceMemoryBroker(new MemoryBroker(options), createWaybill()));

    expect(withoutIds(traced)).toEqual(withoutIds(bare));
    expect(bare).toHaveLength(21);
  });
});

/** Ids are random. */
function withoutIds(log: unknown[]): unknown {
  return JSON.parse(
    JSON.stringify(log, (_key, value: unknown) =>
      value instanceof Error ? `${value.name}: ${value.message}` : value,
    ).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id'),
  );
}
