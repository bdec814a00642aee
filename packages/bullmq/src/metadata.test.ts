import { describe, expect, it } from '@jest/globals';
import { metadataFormat, readMetadata } from './metadata.ts';

describe('readMetadata', () => {
  it.each([undefined, null, '', false])('finds nothing in %j', (nothing) => {
    expect(readMetadata(nothing)).toEqual({ headers: undefined, fault: undefined });
  });

  it('finds the headers in an object, whatever they are called', () => {
    const { headers, fault } = readMetadata('{"traceparent":"00-a","__proto__":"x"}');
    expect([Object.entries(headers ?? {}), fault]).toEqual([
      [
        ['traceparent', '00-a'],
        ['__proto__', 'x'],
      ],
      undefined,
    ]);
  });

  it.each([
    ['no text', { traceparent: 'x' }, 'malformed'],
    ['no JSON', 'garbage', 'malformed'],
    ['JSON cut off', '{"traceparent":"00-', 'malformed'],
    ['a list', '["a"]', 'malformed'],
    ['nothing', 'null', 'malformed'],
    ['a number', '7', 'malformed'],
    ['more than 65,536 characters', `{"a":"${'x'.repeat(65_530)}"}`, 'limit'],
    ['a trace of Sentry', `${'a'.repeat(32)}-${'b'.repeat(16)}`, 'foreign'],
    ['a sampled trace of Sentry', `${'a'.repeat(32)}-${'b'.repeat(16)}-1`, 'foreign'],
  ])('finds no headers in %s', (_, metadata, fault) => {
    expect(readMetadata(metadata)).toEqual({ headers: undefined, fault });
  });

  it('reads what is as long as may be, and what Datadog shares with us', () => {
    expect(readMetadata(`{"a":"${'x'.repeat(65_528)}"}`).fault).toBeUndefined();
    expect(readMetadata('{"_datadog":{}}').fault).toBe('foreign');
    expect(readMetadata('{"_datadog":{},"traceparent":"x"}').fault).toBeUndefined();
  });
});

describe('metadataFormat.read', () => {
  it.each([
    ['a', 'a'],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [undefined, undefined],
    [null, undefined],
    [7, ''],
    [{ a: 1 }, ''],
    [['a', 1], ''],
  ])('takes %j as %j', (value, expected) => {
    expect(metadataFormat.read(value)).toEqual(expected);
  });
});
