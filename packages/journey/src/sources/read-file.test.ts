import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { jaegerOf, otlpOf, tempoOf } from '../../test/otlp-of.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import { readSpansFile } from './read-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'waybill-journey-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, 'spans.json');
  writeFileSync(path, text);
  return path;
}

const late = journeysByName['a missing middle'] ?? [];
const batch = journeysByName['fan-in by a batch'] ?? [];

describe('a file', () => {
  it.each([
    ['JSON lines', `${JSON.stringify(otlpOf(late))}\n\n${JSON.stringify(otlpOf(batch))}\n`],
    [
      'JSON lines without a last line feed',
      `${JSON.stringify(otlpOf(late))}\r\n${JSON.stringify(otlpOf(batch))}`,
    ],
    ['a document of one line', JSON.stringify(jaegerOf([...late, ...batch]))],
    ['a document of many lines', JSON.stringify(tempoOf([...late, ...batch]), undefined, 2)],
    ['a document behind a mark of its byte order', `\ufeff${JSON.stringify(otlpOf([...late, ...batch]))}`],
    ['a list of documents', JSON.stringify([otlpOf(late), otlpOf(batch)], undefined, 1)],
  ])('of %s is read', async (_, text) => {
    const { spans, unreadLines } = await readSpansFile(file(text));
    expect(spans.map(({ traceId, spanId }) => traceId + spanId).sort()).toEqual(
      [...late, ...batch].map(({ traceId, spanId }) => traceId + spanId).sort(),
    );
    expect(unreadLines).toBe(0);
  });

  it('that is still being written is read but for its cut line', async () => {
    const text = `${JSON.stringify(otlpOf(late))}\nno json\n${JSON.stringify(otlpOf(batch)).slice(0, -40)}`;
    const { spans, unreadLines } = await readSpansFile(file(text));
    expect([spans.length, unreadLines]).toEqual([2, 2]);
  });

  it('that has metrics before its spans is read but for those', async () => {
    const metrics = JSON.stringify({ resourceMetrics: [] });
    const { spans, unreadLines } = await readSpansFile(
      file(`${metrics}\n${JSON.stringify(otlpOf(late))}\n${metrics}\n`),
    );
    expect([spans.length, unreadLines]).toEqual([late.length, 2]);
  });

  it.each([
    ['is empty', '', /spans\.json has no spans in it/],
    ['is no JSON', 'hello\nyou', /spans\.json is no JSON: /],
    ['is other JSON', '{"logs":[]}', /spans\.json holds no spans that are known\. It may be OTLP/],
    ['has lines of other JSON', '{"logs":[]}\n{"logs":[]}\n', /spans\.json holds no spans that are known/],
    [
      'has only traces without spans',
      '{"resourceSpans":[]}',
      /has no spans in it\. Was the exporter flushed\?/,
    ],
  ])('that %s is an error that tells', async (_, text, message) => {
    await expect(readSpansFile(file(text))).rejects.toThrow(message);
  });

  it('that is not there is an error that tells', async () => {
    await expect(readSpansFile(join(directory, 'none.json'))).rejects.toThrow(
      /none\.json cannot be read: ENOENT/,
    );
  });

  it('over the limits is an error that tells, before it is read in full', async () => {
    const path = file(JSON.stringify(otlpOf(batch)));
    await expect(readSpansFile(path, { documentLength: 1_000 })).rejects.toThrow(
      /of more than 1000 characters/,
    );
    await expect(readSpansFile(path, { spans: 3 })).rejects.toThrow(/more than 3 spans/);
  });
});
