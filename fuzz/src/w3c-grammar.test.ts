import { describe, expect, it } from '@jest/globals';
import { faultOfHeader } from './w3c-grammar.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

describe('what is written may be', () => {
  it.each([
    ['traceparent', `00-${trace}-${span}-03`],
    ['tracestate', 'a=1'],
    ['tracestate', `${'k'.repeat(256)}=v`],
    ['tracestate', '0@x/y*z=a b'],
    ['baggage', 'a='],
    ['baggage', 'a=1;p;q=2,b=%20'],
    ['baggage', 'a=1 ; p = 2 ; q'],
    ['waybill', `1-0-${trace}-${span}`],
    ['waybill', `1-1795229089322-${trace}-${span}-n`],
    ['b3', 'anything'],
  ])('%s: %s', (name, value) => {
    expect(faultOfHeader(name, value)).toBeUndefined();
  });
});

describe('what is written may not be', () => {
  it.each([
    ['traceparent', `01-${trace}-${span}-01`],
    ['traceparent', `00-${trace}-${span}-04`],
    ['traceparent', `00-${trace.toUpperCase()}-${span}-01`],
    ['traceparent', `00-${'0'.repeat(32)}-${span}-01`],
    ['traceparent', `00-${trace}-${span}-01-`],
    ['traceparent', Buffer.from(`00-${trace}-${span}-01`)],
    ['tracestate', ''],
    ['tracestate', 'a=1,,b=2'],
    ['tracestate', 'a=1,a=2'],
    ['tracestate', 'A=1'],
    ['tracestate', 'a='],
    ['tracestate', 'a=1 '],
    ['tracestate', `a=${'v'.repeat(257)}`],
    ['tracestate', Array.from({ length: 33 }, (_, index) => `k${index}=v`).join(',')],
    ['baggage', ''],
    ['baggage', 'a'],
    ['baggage', 'a=1,'],
    ['baggage', 'a b=1'],
    ['baggage', 'a=1 2'],
    ['baggage', 'a=é'],
    ['baggage', 'a=%2'],
    ['baggage', 'a=1;;p'],
    ['baggage', 'a=1;=p'],
    ['baggage', 'a=1;p q'],
    ['baggage', `a=${'1'.repeat(8_192)}`],
    ['waybill', `2-0-${trace}-${span}`],
    ['waybill', `1--${trace}-${span}`],
    ['waybill', `1-0-${trace}-${span}-x`],
  ])('%s: %s', (name, value) => {
    expect(faultOfHeader(name, value)).toMatch(name);
  });
});
