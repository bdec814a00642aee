import { describe, expect, it } from '@jest/globals';
import { HeaderReader, plainFormat } from '../adapter-tools/header-record.ts';
import { creationIdentity, isOwnContext, journeyOfCreation } from './creation-identity.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const journeyId = '1bf7651916cd43dd8448eb211c80319d';
const spanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${spanId}-01`;
const waybill = `1-1700000000000-${journeyId}-${spanId}`;

describe('what names the span that a message was created in', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['our own header', { traceparent, waybill: `${waybill}-p` }, waybill, journeyId],
    ['the traceparent', { traceparent }, `${traceId}-${spanId}`, traceId],
    [
      'the traceparent beside a broken header',
      { traceparent, waybill: '1-x' },
      `${traceId}-${spanId}`,
      traceId,
    ],
  ])('is %s, and tells the journey', (_which, headers, expected, journey) => {
    expect(creationIdentity(read(headers))).toBe(expected);
    expect(journeyOfCreation(expected)).toBe(journey);
  });

  it.each([{}, { traceparent: 'x' }, { waybill: '7' }])('is nothing in %j', (headers) => {
    expect(creationIdentity(read(headers))).toBeUndefined();
  });
});

describe('a context', () => {
  it.each<[boolean, string, Record<string, string>]>([
    [true, 'with our header for its span', { traceparent, waybill }],
    [true, 'of another propagator beside our header', { b3: 'x', waybill }],
    [
      false,
      'with our header for another span',
      { traceparent: traceparent.replace(spanId, '1'.repeat(16)), waybill },
    ],
    [false, 'that is broken beside our header', { traceparent: 'x', waybill }],
    [false, 'without our header', { traceparent }],
  ])('is ours: %s, %s', (isOurs, _which, headers) => {
    expect(isOwnContext(read(headers))).toBe(isOurs);
  });
});

function read(headers: Record<string, string>): HeaderReader<string> {
  return new HeaderReader<string>(headers, plainFormat);
}
