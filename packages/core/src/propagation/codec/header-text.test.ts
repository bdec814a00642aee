import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyHeader, anyText } from '../../../test/fixtures/arbitrary-headers.ts';
import { headerItems, headerText, isRepeated, lastHeaderText, ownText, trimOws } from './header-text.ts';

describe('headerItems', () => {
  it('lists the values of a repeated header in their order', () => {
    expect(headerItems(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('takes a single value as a list of one', () => {
    expect(headerItems('a')).toEqual(['a']);
    expect(headerItems(Buffer.from('a'))).toEqual([Buffer.from('a')]);
    expect(headerItems('')).toEqual(['']);
  });

  it.each([undefined, null, []])('gives no items for %p', (value) => {
    expect(headerItems(value as undefined)).toEqual([]);
  });
});

describe('headerText', () => {
  it.each([
    ['text', 'é'],
    ['a Buffer', Buffer.from('é')],
    ['a Uint8Array', new Uint8Array([0xc3, 0xa9])],
    ['a part of a larger array', new Uint8Array([0, 0xc3, 0xa9, 0]).subarray(1, 3)],
    ['shared memory', sharedBytes([0xc3, 0xa9])],
  ])('reads %s as UTF-8', (_name, item) => {
    expect(headerText(item)).toBe('é');
  });

  it.each([[42], [null], [undefined], [true], [{}], [['a']], [Symbol('a')]])(
    'reads no text in %p',
    (item) => {
      expect(headerText(item as never)).toBeUndefined();
    },
  );

  it('reads no text from bytes that were moved to another thread', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    structuredClone(bytes, { transfer: [bytes.buffer] });

    expect(headerText(bytes) ?? '').toBe('');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anyHeader, (value) => {
        for (const item of headerItems(value)) headerText(item);
      }),
    );
  });
});

describe('lastHeaderText', () => {
  it('reads a header, and of a repeated one the last', () => {
    expect(lastHeaderText('a')).toBe('a');
    expect(lastHeaderText([Buffer.from('a')])).toBe('a');
    expect(lastHeaderText(['a', Buffer.from('b')])).toBe('b');
    expect(lastHeaderText(['a', null as never, 42 as never])).toBe('a');
  });

  it('reads nothing if there is no text', () => {
    expect(lastHeaderText(undefined)).toBeUndefined();
    expect(lastHeaderText([])).toBeUndefined();
    expect(lastHeaderText([undefined as never])).toBeUndefined();
  });
});

describe('isRepeated', () => {
  it.each([
    [undefined, false],
    ['a', false],
    [[], false],
    [['a'], false],
    [['a', 'a', Buffer.from('a')], false],
    [['a', null as never], false],
    [['a', ' a\t'], false],
    [['a', 'b'], true],
    [['a', 'b', 'a'], true],
    [[Buffer.from('a'), Buffer.from('b')], true],
  ])('of %j is %s', (value, repeated) => {
    expect(isRepeated(value)).toBe(repeated);
  });
});

describe('ownText', () => {
  it('is the start of a text', () => {
    expect(ownText('abc', 2)).toBe('ab');
    expect(ownText('é', 9)).toBe('é');
  });
});

describe('trimOws', () => {
  it('removes spaces and tabs at both ends, but no line ends', () => {
    expect(trimOws(' \t a b \t ')).toBe('a b');
    expect(trimOws('\na\n')).toBe('\na\n');
    expect(trimOws(' \t ')).toBe('');
    expect(trimOws('')).toBe('');
  });

  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(' ', '\t', '\n', '\u00a0'), anyText)), (parts) => {
        const text = parts.join('');
        expect(trimOws(text)).toBe(text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''));
      }),
    );
  });
});

function sharedBytes(bytes: readonly number[]): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
