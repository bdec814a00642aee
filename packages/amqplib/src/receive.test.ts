import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { GetMessage } from 'amqplib';
import { delivered, FakeChannel, traceFake } from '../test/fake-channel.ts';
import { processMessage } from './index.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

it.each<[string, boolean, number]>([
  ['that records', false, 1],
  ['that has ended', true, 0],
])('a message that is got in a loop of a span %s', async (_what, ended, gets) => {
  const message = delivered(1) as unknown as GetMessage;
  const { channel, spans } = traceFake(Object.assign(new FakeChannel(), { get: async () => message }));
  const start = new TracerProvider().getTracer('application').startSpan('start');
  if (ended) start.end();
  await context.with(trace.setSpan(context.active(), start), async () => {
    await channel.get('orders');
    processMessage(message, () => undefined);
  });

  expect(spans.named('get orders').count).toBe(gets);
  expect(spans.named('process orders').toBeRoot().only.links).toHaveLength(gets);
});
