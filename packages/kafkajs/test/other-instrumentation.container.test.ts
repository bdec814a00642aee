import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Broker, startBroker } from '@waybill/brokers';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker('kafka');
});
afterAll(() => broker.stop());

it('does not double spans of the automatic instrumentation, and says once how to switch that off', async () => {
  const program = join(import.meta.dirname, 'other-instrumentation.cjs');
  const env = { ...process.env, NODE_OPTIONS: '', WAYBILL_KAFKA_URL: broker.url };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  expect(JSON.parse(stdout)).toEqual({
    patched: true,
    spans: [
      ['send topic', '@waybill/kafkajs'],
      ['process topic', '@waybill/kafkajs'],
    ],
    warnings: [expect.stringContaining('OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs')],
  });
});
