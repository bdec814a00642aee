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

it('leaves the rejection of a handler to the process, as the bare client does, and records it', async () => {
  const [bare, traced] = [await run('bare'), await run('traced')];

  expect(bare).toEqual({ seen: ['unhandled: RangeError: no stock', 'close'], spans: [] });
  expect(traced).toEqual({ ...bare, spans: ['no stock'] });
});

async function run(kind: 'bare' | 'traced'): Promise<{ seen: string[]; spans: string[] }> {
  const program = join(import.meta.dirname, 'rejecting.cjs');
  const env = { ...process.env, NODE_OPTIONS: '', WAYBILL_RABBITMQ_URL: broker.url };
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind], { env });
  return JSON.parse(stdout);
}
