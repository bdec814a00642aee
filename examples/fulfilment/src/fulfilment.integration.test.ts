import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('shows the fulfilment of two orders: what is fresh in the request’s trace, the rest in traces that link back', async () => {
  const program = join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const requests = stdout.split('\n').filter((line) => line.includes('POST /orders  SERVER'));
  expect(requests).toHaveLength(2);
  expect(stdout).toMatch(/POST \/orders {2}SERVER[\s\S]*? {2}send invoices {2}PRODUCER/);
  expect(stdout).toMatch(/ {2}run follow-up {2}CONSUMER/);
  expect(stdout).toContain('waybill.relation.reason: "fresh"');
  expect(stdout).toMatch(/\n {2}run packing {2}CONSUMER.*\n.*→ POST \/orders/);
  expect(stdout).toMatch(/\n {2}run sales-report {2}CONSUMER.*\n.*→ start of trace 1/);
});
