import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyHeader, damaged, hexId, withOneReplaced } from '../../../test/fixtures/arbitrary-headers.ts';
import {
  formatWaybillHeader,
  parseWaybillHeader,
  type WaybillHeader,
  waybillIdentity,
} from './waybill-header.ts';

interface ReleasedVersion {
  readonly written: readonly { readonly header: string; readonly expect: WaybillHeader }[];
  readonly read: readonly { readonly header: string; readonly expect: WaybillHeader }[];
  readonly ignored: readonly string[];
}

const released = new URL('../../../test/fixtures/waybill-header/', import.meta.url);
const CURRENT = 'v1.json';

const anyWaybill: fc.Arbitrary<WaybillHeader> = fc.record(
  {
    sentAt: fc.maxSafeNat(),
    journeyId: hexId(32),
    spanId: hexId(16),
    requestedRelation: fc.constantFrom('parent', 'link', 'none'),
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
  it('reads nothing if the header is missing', () => {
    expect(parseWaybillHeader(undefined)).toBeUndefined();
    expect(parseWaybillHeader([])).toBeUndefined();
  });

  it('reads the last of a repeated header', () => {
    const header = (sentAt: number) =>
      formatWaybillHeader({ sentAt, journeyId: 'a'.repeat(32), spanId: 'b'.repeat(16) });

    expect(parseWaybillHeader([header(1), header(1)])?.sentAt).toBe(1);
    expect(parseWaybillHeader([header(1), Buffer.from(header(2))])?.sentAt).toBe(2);
  });

  it('reads from damaged headers only what it can write', () => {
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

  it('reads the same from bytes as from text, with any character', () => {
    for (const text of withOneReplaced(`1-1732147200000-${'a1'.repeat(16)}-${'b2'.repeat(8)}`)) {
      expect(parseWaybillHeader(Buffer.from(text))).toStrictEqual(parseWaybillHeader(text));
    }
  });
});

describe('waybillIdentity', () => {
  const journeyId = 'a'.repeat(32);
  const spanId = 'b'.repeat(16);
  const header = `1-1732147200000-${journeyId}-${spanId}`;

  it('is the same for every delivery of a message, whatever type the client gives its header', () => {
    for (const value of [header, Buffer.from(header), [header, header], ` ${header}\t`, `${header}-p`]) {
      expect(waybillIdentity(value)).toBe(header);
    }
  });

  it('differs for another message', () => {
    expect(waybillIdentity(`1-1732147200001-${journeyId}-${spanId}`)).not.toBe(header);
    expect(waybillIdentity(`1-1732147200000-${spanId}${spanId}-${spanId}`)).not.toBe(header);
    expect(waybillIdentity(`1-1732147200000-${journeyId}-${'c'.repeat(16)}`)).not.toBe(header);
  });

  it.each([
    ['missing', undefined],
    ['malformed', 'mine'],
    ['long and malformed', `${header}-${'x'.repeat(60_000)}`],
  ])('is undefined if the header is %s', (_name, value) => {
    expect(waybillIdentity(value)).toBeUndefined();
  });

  it('is never longer than the known part of the header', () => {
    fc.assert(
      fc.property(fc.oneof(anyHeader, anyWaybill.map(formatWaybillHeader)), (value) => {
        expect(waybillIdentity(value)?.length ?? 0).toBeLessThanOrEqual(68);
      }),
    );
    expect(waybillIdentity(`2-1732147200000-${journeyId}-${spanId}-${'x'.repeat(60_000)}`)).toBe(header);
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
