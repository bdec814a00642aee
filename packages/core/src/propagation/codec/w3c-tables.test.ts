import { describe, expect, it } from '@jest/globals';
import { baggageCases, traceContextCases } from '@waybill/w3c-tables';
import type { HeaderValue } from '../../seam/headers.ts';
import { parseBaggage } from './baggage-header.ts';
import { isRepeated } from './header-text.ts';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';
import { formatTracestate, parseTracestate } from './tracestate.ts';

const encodings: readonly (readonly [string, (text: string) => string | Uint8Array])[] = [
  ['text', (text) => text],
  ['Buffers', (text) => Buffer.from(text)],
  ['byte arrays', (text) => new TextEncoder().encode(text)],
];

describe.each(encodings)('the W3C trace context cases as %s', (_name, encode) => {
  it.each(traceContextCases)('$name', ({ headers, expect: expected }) => {
    const value = carried(headers, 'traceparent', encode);
    // Of several that differ the last is linked to, and is no parent.
    const parent = isRepeated(value) ? undefined : parseTraceparent(value);
    const state = parent && parseTracestate(carried(headers, 'tracestate', encode));

    expect(parent ?? null).toEqual(expected.traceparent && { ...expected.traceparent, isRemote: true });
    expect(state ? formatTracestate(state) : '').toBe(expected.tracestate);
  });

  it('has all 83 of them', () => {
    expect(traceContextCases).toHaveLength(83);
    expect(new Set(traceContextCases.map(({ name }) => name)).size).toBe(83);
  });

  it.each(traceContextCases.filter((each) => each.expect.traceparent))('$name, passed on', ({ headers }) => {
    const parent = parseTraceparent(carried(headers, 'traceparent', encode));

    expect(parent && parseTraceparent(formatTraceparent(parent))).toEqual(parent);
  });
});

describe.each(encodings)('the W3C baggage cases as %s', (_name, encode) => {
  it.each(baggageCases)('$name', ({ headers, expect: expected }) => {
    const { baggage, dropped } = parseBaggage(carried(headers, 'baggage', encode));
    const entries = (baggage?.getAllEntries() ?? []).map(([key, { value, metadata }]) =>
      metadata === undefined ? { key, value } : { key, value, metadata: metadata.toString() },
    );

    expect({ entries, dropped }).toEqual(expected);
  });
});

/** All values of a header, as a carrier that knows no case hands them over. */
function carried(
  headers: readonly (readonly [string, string])[],
  name: string,
  encode: (text: string) => string | Uint8Array,
): HeaderValue {
  return headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => encode(value));
}
