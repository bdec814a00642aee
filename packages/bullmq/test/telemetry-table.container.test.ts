import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { BullmqTestBed } from './bullmq-test-bed.ts';
import { stageOf } from './difference.ts';
import { differencesInAdding } from './differences-in-adding.ts';
import { differencesInProcessing } from './differences-in-processing.ts';

const differences = [...differencesInAdding, ...differencesInProcessing];

/** What is seen, by what was looked at: wrapped, and with the option `telemetry`. */
const seen = new Map<string, readonly string[]>();

let testBed: BullmqTestBed;
beforeAll(async () => {
  testBed = await BullmqTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(() => testBed.spans.clear());
afterEach(() => testBed.disconnect());

it.each(differences)(
  '$what differs',
  async ({ what, look }) => {
    const wrapped = await look(stageOf(testBed, 'wrapped'));
    await testBed.disconnect();
    testBed.spans.clear();
    const telemetry = await look(stageOf(testBed, 'telemetry'));
    seen.set(what, [wrapped, telemetry]);
    expect(telemetry).not.toBe(wrapped);
  },
  30_000,
);

it('docs/brokers/bullmq.md has the table of what was seen (WRITE_TABLE=1 writes it)', () => {
  const file = join(import.meta.dirname, '../../../docs/brokers/bullmq.md');
  const page = readFileSync(file, 'utf8');
  const rows = differences.map(({ what, because }) => [what, ...(seen.get(what) ?? []), because]);
  const table = [['', 'wrapped', '`telemetry`', 'because'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  const place = /(?<=<!-- table -->\n).*(?=<!-- \/table -->)/s;
  expect(page).toMatch(place);
  const written = page.replace(place, () => `${table}\n`);
  if (process.env.WRITE_TABLE === '1') writeFileSync(file, written);
  else expect(written).toBe(page);
});
