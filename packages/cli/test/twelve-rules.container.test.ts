import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type Broker, startBroker } from '@waybill/brokers';
import { traceProcessor, traceQueue } from '@waybill/bullmq';
import { Queue, Worker } from 'bullmq';
import { cases, compareWithRecorded, type Handled, seenBy, type TryOut } from './twelve-rules.ts';

let broker: Broker;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  broker = await startBroker('redis');
});
afterAll(async () => {
  context.disable();
  await broker.stop();
});

it.each(Object.entries(cases))(
  'what a real queue records is what it explains: %s',
  async (_title, supposed) => {
    await compareWithRecorded('bullmq', supposed, tryOnBullmq, 'add');
  },
);

/** The names of queues are those of the rules, so the keys in Redis have a prefix of their own. */
const tryOnBullmq: TryOut = async ({ queue: name, age = 0, attempt = 1 }, waybill, { send, clock }) => {
  const { hostname: host, port } = new URL(broker.url);
  const options = {
    connection: { host, port: Number(port), maxRetriesPerRequest: null },
    prefix: `twelve-rules-${randomUUID()}`,
  };
  const queue = traceQueue(new Queue(name, options), waybill);
  await send(() => queue.add('try', 1, { attempts: attempt }));
  clock.now += age * 1_000;
  const { promise, resolve } = Promise.withResolvers<Handled>();
  const processor = traceProcessor(async ({ attemptsMade, opts }) => {
    if (attemptsMade + 1 < attempt) throw new Error('again');
    resolve(seenBy(Object.keys(JSON.parse(opts.telemetry?.metadata ?? '{}'))));
  }, waybill);
  const worker = new Worker(name, processor, options);
  const handled = await promise;
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  return handled;
};
