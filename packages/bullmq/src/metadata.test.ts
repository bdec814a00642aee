import { describe, expect, it } from '@jest/globals';
import { MetadataHeaders } from './metadata.ts';

describe('the headers in the metadata of a job', () => {
  it.each([undefined, null, '', false])('finds nothing in %j', (nothing) => {
    expect(read(nothing)).toEqual({ headers: undefined, fault: undefined });
  });

  it('finds the headers in an object, whatever they are called', () => {
    const { headers, fault } = read('{"traceparent":"00-a","__proto__":"x"}');
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
    expect(read(metadata)).toEqual({ headers: undefined, fault });
  });

  it('reads what is as long as may be, and what Datadog shares with us', () => {
    expect(read(`{"a":"${'x'.repeat(65_528)}"}`).fault).toBeUndefined();
    expect(read('{"_datadog":{}}').fault).toBe('foreign');
    expect(read('{"_datadog":{},"traceparent":"x"}').fault).toBeUndefined();
  });
});

describe('the value of a header in the metadata of a job', () => {
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
    expect(new MetadataHeaders({ metadata: JSON.stringify({ value }) }).get('value')).toEqual(expected);
  });
});

function read(metadata: unknown): { headers: unknown; fault: unknown } {
  const { current, fault } = new MetadataHeaders({ metadata });
  return { headers: current, fault: fault?.reason };
}
