import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyHeader, damaged, hexId } from '../../test/fixtures/arbitrary-headers.ts';
import { formatWaybillHeader, parseWaybillHeader, type WaybillHeader } from './waybill-header.ts';

interface ReleasedVersion {
  readonly written: readonly { readonly header: string; readonly expect: WaybillHeader }[];
  readonly read: readonly { readonly header: string; readonly expect: WaybillHeader }[];
  readonly ignored: readonly string[];
}

const released = new URL('../../test/fixtures/waybill-header/', import.meta.url);
const CURRENT = 'v1.json';

const anyWaybill: fc.Arbitrary<WaybillHeader> = fc.record(
  {
    sentAt: fc.maxSafeNat(),
    journeyId: hexId(32),
    spanId: hexId(16),
    wish: fc.constantFrom('parent', 'link', 'none'),
  },
  { requiredKeys: ['sentAt', 'journeyId', 'spanId'] },
);

describe.each(readdirSync(released))('the released version %s', (file) => {
  const version: ReleasedVersion = JSON.parse(readFileSync(new URL(file, released), 'utf8'));

  it.each([...version.written, ...version.read])('is read from $header', ({ header, expect: fields }) => {
    expect(parseWaybillHeader(header)).toEqual(fields);
    expect(parseWaybillHeader(Buffer.from(header))).toEqual(fields);
    expect(parseWaybillHeader([header])).toEqual(fields);
  });

  it.each(version.ignored)('is not read from %j', (header) => {
    expect(parseWaybillHeader(header)).toBeUndefined();
  });
});

describe('parseWaybillHeader', () => {
  it('reads nothing where the header is missing or repeated', () => {
    const header = formatWaybillHeader({ sentAt: 1, journeyId: 'a'.repeat(32), spanId: 'b'.repeat(16) });

    expect(parseWaybillHeader(undefined)).toBeUndefined();
    expect(parseWaybillHeader([])).toBeUndefined();
    expect(parseWaybillHeader([header, header])).toBeUndefined();
  });

  it('reads out of damaged headers only what can be written again', () => {
    fc.assert(
      fc.property(damaged(anyWaybill.map(formatWaybillHeader), '019afgF-pln \t.'), (text) => {
        const header = parseWaybillHeader(text);
        if (header === undefined) return;
        expect(parseWaybillHeader(formatWaybillHeader(header))).toEqual(header);
        expect(text).toContain(`-${header.sentAt}-${header.journeyId}-${header.spanId}`);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(anyHeader, (value) => void parseWaybillHeader(value)));
    for (const part of ['1', '1-', '-', ' ', '1-1-']) {
      expect(parseWaybillHeader(part.repeat(1_000_000))).toBeUndefined();
    }
  });
});

describe('formatWaybillHeader', () => {
  const current: ReleasedVersion = JSON.parse(readFileSync(new URL(CURRENT, released), 'utf8'));

  it.each(current.written)('writes $header', ({ header, expect: fields }) => {
    expect(formatWaybillHeader(fields)).toBe(header);
  });

  it('drops a fraction of a millisecond', () => {
    const header = { sentAt: 1732147200000.9, journeyId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

    expect(parseWaybillHeader(formatWaybillHeader(header))?.sentAt).toBe(1732147200000);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(anyWaybill, (header) => {
        expect(parseWaybillHeader(formatWaybillHeader(header))).toEqual(header);
      }),
    );
  });
});
