import { describe, expect, it } from '@jest/globals';
import { anyFormat, HeaderReader, HeaderRecord, plainFormat } from './header-record.ts';

describe('HeaderRecord', () => {
  it('is the caller’s own object until something is written', () => {
    const own = Object.freeze({ 'X-Own': 'kept' });
    const headers = new HeaderRecord(own, plainFormat);

    headers.get('x-own');
    headers.delete('traceparent');

    expect(headers.current).toBe(own);
    expect(headers.written).toBeUndefined();
  });

  it('is a copy after the first write, and the caller’s object stays as it was', () => {
    const own = Object.freeze({ 'X-Own': 'kept', traceparent: 'old' });
    const headers = new HeaderRecord(own, plainFormat);

    headers.set('traceparent', 'new');
    headers.set('baggage', 'a=1');

    expect(headers.current).toEqual({ 'X-Own': 'kept', traceparent: 'new', baggage: 'a=1' });
    expect(headers.written).toBe(headers.current);
    expect(own).toEqual({ 'X-Own': 'kept', traceparent: 'old' });
  });

  it('reads, sets and deletes whatever the case of the name', () => {
    const headers = new HeaderRecord({ TraceParent: 'a', TRACEPARENT: 'b', tracestate: 'c' }, plainFormat);

    expect(headers.get('traceparent')).toBe('a');
    headers.set('traceparent', 'new');
    expect(headers.current).toEqual({ traceparent: 'new', tracestate: 'c' });
    headers.delete('tracestate');
    expect(headers.names()).toEqual(['traceparent']);
  });

  it.each([undefined, null])('starts empty if the caller has %s', (none) => {
    const headers = new HeaderRecord(none, plainFormat);

    expect([headers.current, headers.names(), headers.get('a')]).toEqual([undefined, [], undefined]);
    headers.delete('a');
    expect(headers.current).toBeUndefined();
    headers.set('a', 'b');
    expect(headers.current).toEqual({ a: 'b' });
  });

  it('reads and writes in the format of its client', () => {
    const format = {
      read: (value: { text: string } | undefined) => value?.text,
      write: (text: string) => ({ text }),
    };
    const headers = new HeaderRecord({ a: { text: '1' } }, format);

    expect([headers.get('a'), headers.get('b'), headers.raw('a')]).toEqual(['1', undefined, { text: '1' }]);
    headers.set('b', '2');
    expect(headers.current).toEqual({ a: { text: '1' }, b: { text: '2' } });
  });

  it('has no header that every object inherits', () => {
    const headers = new HeaderRecord({}, plainFormat);

    expect([headers.get('constructor'), headers.get('__proto__')]).toEqual([undefined, undefined]);
  });

  it('reads the exact spelling of a name that occurs in several spellings', () => {
    expect(new HeaderRecord({ Baggage: 'a', baggage: 'b' }, plainFormat).get('baggage')).toBe('b');
    expect(new HeaderRecord({ Baggage: 'a', baggage: undefined }, plainFormat).get('baggage')).toBe('a');
  });
});

it('values of any type are read as text or bytes, or as nothing', () => {
  const bytes = Buffer.from('a');
  const values: Record<string, unknown> = {
    bytes,
    count: 3,
    yes: true,
    list: ['a', 1, {}],
    table: {},
    no: null,
  };
  const headers = new HeaderReader(values, anyFormat);

  expect(headers.names().map((name) => headers.get(name))).toEqual([
    bytes,
    '3',
    'true',
    ['a', '1'],
    undefined,
    undefined,
  ]);
});
