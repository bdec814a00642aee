import { describe, expect, it } from '@jest/globals';
import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import * as fc from 'fast-check';
import {
  anyHeader,
  damaged,
  remoteSpanContext,
  withOneReplaced,
} from '../../../test/fixtures/arbitrary-headers.ts';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const HEADER = `00-${TRACE_ID}-${SPAN_ID}-01`;

describe('parseTraceparent', () => {
  it.each([
    ['text', HEADER],
    ['a Buffer', Buffer.from(HEADER)],
    ['a Uint8Array', new TextEncoder().encode(HEADER)],
    ['a list of one', [Buffer.from(HEADER)]],
    ['copies of it', [HEADER, HEADER, Buffer.from(HEADER)]],
    ['the last of several', ['00-1-2-3', HEADER]],
  ])('reads %s', (_name, value) => {
    expect(parseTraceparent(value)).toEqual({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      isRemote: true,
    });
  });

  it.each([
    ['missing', undefined],
    ['an empty list', []],
    ['empty', ''],
    ['broken in its last value', [HEADER, 'broken']],
    ['two in one, as HTTP joins them', `${HEADER},${HEADER}`],
    ['a number', 42 as never],
    ['in upper-case hex', HEADER.toUpperCase()],
    ['followed by a line end', `${HEADER}\n`],
    ['followed by a no-break space', `${HEADER}\u00a0`],
    ['a later version that is too short', `01-${TRACE_ID}-${SPAN_ID}-0`],
  ])('reads nothing if the header is %s', (_name, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it.each(['01', '10', '99', 'cc', 'fe'])('reads the fields of the later version %s', (version) => {
    const later = `${version}-${TRACE_ID}-${SPAN_ID}-01`;

    expect(parseTraceparent(later)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
    expect(parseTraceparent(`${later}-`)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
    expect(parseTraceparent(`${later}-more-fields`)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
  });

  it('keeps only the sampled and the random bit of all 256 flags', () => {
    for (let flags = 0; flags <= 0xff; flags++) {
      const header = `00-${TRACE_ID}-${SPAN_ID}-${flags.toString(16).padStart(2, '0')}`;

      expect(parseTraceparent(header)?.traceFlags).toBe(flags % 4);
    }
  });

  it.each(['f0', 'fa', 'fe', '0f', 'ef'])('reads the version %s from bytes, too', (version) => {
    expect(parseTraceparent(Buffer.from(`${version}-${TRACE_ID}-${SPAN_ID}-01`))).toBeDefined();
  });

  it('never reads the forbidden version ff, and reads the known flags from bytes', () => {
    expect(parseTraceparent(Buffer.from(`ff-${TRACE_ID}-${SPAN_ID}-01`))).toBeUndefined();
    for (const flags of ['ff', 'fe', 'f0', '0c', 'a9']) {
      expect(parseTraceparent(Buffer.from(`00-${TRACE_ID}-${SPAN_ID}-${flags}`))?.traceFlags).toBe(
        Number.parseInt(flags, 16) & 3,
      );
    }
  });

  it('reads the same from bytes as from text, with any character', () => {
    for (const text of withOneReplaced(HEADER)) {
      expect(parseTraceparent(Buffer.from(text))).toStrictEqual(parseTraceparent(text));
    }
  });

  it('reads only valid contexts from damaged headers', () => {
    const header = damaged(remoteSpanContext.map(formatTraceparent), '0fgF- \t.');
    fc.assert(
      fc.property(header, (text) => {
        const spanContext = parseTraceparent(text);
        if (spanContext === undefined) return;
        expect(isSpanContextValid(spanContext)).toBe(true);
        expect(text).toContain(`-${spanContext.traceId}-${spanContext.spanId}-`);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(anyHeader, (value) => void parseTraceparent(value)));
    expect(parseTraceparent(HEADER.repeat(20_000))).toBeUndefined();
    expect(parseTraceparent(' '.repeat(1_000_000))).toBeUndefined();
  });
});

describe('formatTraceparent', () => {
  it('writes version 00', () => {
    expect(formatTraceparent({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 })).toBe(HEADER);
  });

  it('sends reserved flags as zero', () => {
    expect(formatTraceparent({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0xff })).toMatch(/-03$/);
    expect(formatTraceparent({ traceId: TRACE_ID, spanId: SPAN_ID } as SpanContext)).toMatch(/-00$/);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(remoteSpanContext, (spanContext) => {
        expect(parseTraceparent(formatTraceparent(spanContext))).toEqual(spanContext);
      }),
    );
  });
});
