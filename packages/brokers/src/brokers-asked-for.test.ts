import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { brokersAskedFor } from './brokers-asked-for.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'waybill-asked-for-'));
  write('sqs/send.container.test.ts', `const broker = await startBroker('sqs');`);
  write('kafka/conformance.container.test.ts', `import { harness } from './harness.ts';`);
  write('kafka/harness.ts', `start: () => startBroker('kafka'),`);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

it('finds a broker that a test file starts', () => {
  expect(brokersAskedFor([join(root, 'sqs/send.container.test.ts')])).toEqual(['sqs']);
});

it('finds a broker that a file beside a test starts', () => {
  expect(brokersAskedFor([join(root, 'kafka/conformance.container.test.ts')])).toEqual(['kafka']);
});

it('finds none where no test is selected', () => {
  expect(brokersAskedFor([])).toEqual([]);
});

function write(file: string, source: string): void {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), source);
}
