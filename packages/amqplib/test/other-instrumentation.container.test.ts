import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Broker, startBroker } from '@waybill/brokers';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker('rabbitmq');
});
afterAll(() => broker.stop());

it('doubles no span of the automatic instrumentation, and says once how to switch that off', async () => {
  const program = join(import.meta.dirname, 'other-instrumentation.cjs');
  const env = { ...process.env, NODE_OPTIONS: '', WAYBILL_RABBITMQ_URL: broker.url };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  const { patched, spans, warnings } = JSON.parse(stdout);

  expect(patched).toBe(true);
  expect(spans.sort()).toEqual([
    ['process queue', '@waybill/amqplib'],
    ['process queue', '@waybill/amqplib'],
    ['publish queue', '@waybill/amqplib'],
    ['publish queue', '@waybill/amqplib'],
  ]);
  expect(warnings).toEqual([expect.stringContaining('OTEL_NODE_DISABLED_INSTRUMENTATIONS=amqplib')]);
});
