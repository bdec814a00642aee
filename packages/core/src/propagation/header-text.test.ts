import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyHeader, anyText } from '../../test/fixtures/arbitrary-headers.ts';
import { headerItems, headerText, soleHeaderText, trimOws } from './header-text.ts';

describe('headerItems', () => {
  it('lists the values of a repeated header in their order', () => {
    expect(headerItems(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('takes a single value as a list of one', () => {
    expect(headerItems('a')).toEqual(['a']);
    expect(headerItems(Buffer.from('a'))).toEqual([Buffer.from('a')]);
    expect(headerItems('')).toEqual(['']);
  });

  it.each([undefined, null, []])('finds nothing in %p', (value) => {
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

  it('reads no text in bytes that were moved to another thread', () => {
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

describe('soleHeaderText', () => {
  it('reads a header that stands once', () => {
    expect(soleHeaderText('a')).toBe('a');
    expect(soleHeaderText(['a'])).toBe('a');
    expect(soleHeaderText([Buffer.from('a')])).toBe('a');
  });

  it('reads nothing where the header is missing or repeated', () => {
    expect(soleHeaderText(undefined)).toBeUndefined();
    expect(soleHeaderText([])).toBeUndefined();
    expect(soleHeaderText(['a', 'a'])).toBeUndefined();
    expect(soleHeaderText([undefined as never, 'a'])).toBeUndefined();
  });
});

describe('trimOws', () => {
  it('removes spaces and tabs at both ends, and no line ends', () => {
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
