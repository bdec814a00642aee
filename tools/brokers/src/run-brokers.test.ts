import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { brokerNames, brokersAskedFor } from './run-brokers.ts';
import { allBrokers } from './url-variables.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'waybill-asked-for-'));
  write('sqs/send.container.test.ts', `const broker = await startBroker('sqs');`);
  write('kafka/conformance.container.test.ts', `import { harness } from './harness.ts';`);
  write('kafka/harness.ts', `start: () => startBroker('kafka'),`);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([
  ['a test file starts', ['sqs/send.container.test.ts'], ['sqs']],
  ['a file beside a test starts', ['kafka/conformance.container.test.ts'], ['kafka']],
  ['no test is selected for', [], []],
])('finds what %s', (_, files, brokers) => {
  expect(brokersAskedFor(files.map((file) => join(root, file)))).toEqual(brokers);
});

it('reads names separated by commas', () => {
  expect(brokerNames('sqs, kafka')).toEqual(['sqs', 'kafka']);
  expect(brokerNames('')).toEqual([]);
});

it.each(['pulsar', 'toString'])('says which brokers there are where %s is none', (name) => {
  expect(() => brokerNames(`sqs,${name}`)).toThrow(
    `no broker is called ${name}; there are ${allBrokers.join(', ')}`,
  );
});

function write(file: string, source: string): void {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), source);
}
