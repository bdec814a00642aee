import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { expectWritten, table } from '@waybill/reference';
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

it('docs/brokers/bullmq.md has the table of what was seen', () => {
  const rows = differences.map(({ what, because }) => [what, ...(seen.get(what) ?? []), because]);
  const text = table(['', 'wrapped', '`telemetry`', 'because'], rows);
  expectWritten({ page: 'docs/brokers/bullmq.md', part: 'table', command: 'bullmq', text });
});
