import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import type { Message } from 'kafkajs';
import { batchBytes, growthBytes, headerBytes, recordsBytes, recordsBytesAtMost } from './record-size.ts';

interface Encoded {
  size(): number;
}

// What kafkajs sends, by its own encoder.
const require = createRequire(import.meta.url);
const encodeRecord: (record: object) => Encoded = require('kafkajs/src/protocol/recordBatch/record/v0');
const {
  RecordBatch: encodeBatch,
}: { RecordBatch(batch: object): Promise<Encoded> } = require('kafkajs/src/protocol/recordBatch/v0');

describe.each<[string, Message[]]>([
  ['an empty one', [{ value: '' }]],
  ['one without a value', [{ key: 'k', value: null }]],
  ['one with a key of bytes', [{ key: Buffer.alloc(200), value: Buffer.alloc(63) }]],
  ['one of text that is no ASCII', [{ key: 'clé', value: '配送'.repeat(40) }]],
  [
    'one with headers',
    [{ value: 'one', headers: { color: 'red', shades: ['a', Buffer.from('bb')], none: [] } }],
  ],
  ['one with 70 headers', [{ value: 'one', headers: numbered(70) }]],
  ['one of 1 MB', [{ value: 'x'.repeat(1_048_000) }]],
  ['200 of 100 B', Array.from({ length: 200 }, () => ({ value: 'x'.repeat(100) }))],
])('of records, %s', (_, messages) => {
  it('is calculated as kafkajs writes it', async () => {
    expect(batchBytes + recordsBytes(messages)).toBe(await batchSize(messages));
    expect(recordsBytesAtMost(messages)).toBeGreaterThanOrEqual(recordsBytes(messages));
  });

  it.each([
    ['a short header', 'a', '1'],
    ['a header of text that is no ASCII', 'größe', 'ä'.repeat(100)],
    ['a large header', 'baggage', 'x'.repeat(8_192)],
  ])('grows by no more than is calculated for %s', async (_what, name, value) => {
    const grown = messages.map(({ headers, ...message }) => ({
      ...message,
      headers: { ...headers, [name]: value },
    }));
    const growth = messages.length * (growthBytes + headerBytes(name, value));
    expect(batchBytes + recordsBytes(messages) + growth).toBeGreaterThanOrEqual(await batchSize(grown));
    expect(recordsBytesAtMost(grown)).toBeGreaterThanOrEqual(recordsBytes(grown));
  });
});

it('is at least what kafkajs writes for records with different times', async () => {
  const messages = [
    { value: 'a', timestamp: '1' },
    { value: 'b', timestamp: '1795229089322' },
  ];
  expect(batchBytes + recordsBytes(messages)).toBeGreaterThanOrEqual(await batchSize(messages));
});

it('accepts what kafkajs will refuse', () => {
  const message = { key: 1, value: { no: 'text' }, headers: { a: undefined, b: 2 as never } };
  expect(recordsBytes([message])).toBeGreaterThan(0);
  expect(recordsBytesAtMost([message])).toBeGreaterThan(0);
});

/** The bytes of the batch that kafkajs makes of messages for one partition. */
async function batchSize(messages: readonly Message[]): Promise<number> {
  const now = Date.now();
  const first = messages[0]?.timestamp ?? now;
  const records = messages.map(({ timestamp, ...message }, offsetDelta) =>
    encodeRecord({ ...message, offsetDelta, timestampDelta: Number(timestamp ?? now) - Number(first) }),
  );
  const batch = await encodeBatch({ records, firstTimestamp: first, maxTimestamp: first });
  return batch.size();
}

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`header-${index}`, `${index}`]));
}
