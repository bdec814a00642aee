import { describe, expect, it } from '@jest/globals';
import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  propagation,
} from '@opentelemetry/api';
import * as fc from 'fast-check';
import { anyCharacter, anyHeader, anyText, damaged } from '../../../test/fixtures/arbitrary-headers.ts';
import type { HeaderValue } from '../../seam/headers.ts';
import { formatBaggage, parseBaggage } from './baggage-header.ts';

const key = fc.stringMatching(/^[\w!#$%&'*+.^`|~-]{1,12}$/);
const text = fc.string({ unit: anyCharacter, maxLength: 20 });
const properties = fc.stringMatching(/^([a-z]{1,5}(=[a-z0-9%]{0,5})?(;[a-z]{1,5})*)?$/);
const entries = fc.uniqueArray(fc.tuple(key, text, properties), {
  minLength: 1,
  maxLength: 20,
  selector: ([name]) => name,
});

describe('parseBaggage', () => {
  it('reads entries from text and from bytes', () => {
    const expected = { 'tenant.id': { value: 'acme' }, plan: { value: 'gold' } };

    expect(read('tenant.id=acme,plan=gold')).toEqual(expected);
    expect(read(Buffer.from('tenant.id=acme,plan=gold'))).toEqual(expected);
    expect(read(['tenant.id=acme', new TextEncoder().encode('plan=gold')])).toEqual(expected);
  });

  it('keeps the properties of a member as its metadata', () => {
    const { baggage } = parseBaggage('tenant.id=acme; ttl=30 ;secret , plan=gold;');

    expect(baggage?.getEntry('tenant.id')?.metadata?.toString()).toBe('ttl=30 ;secret');
    expect(baggage?.getEntry('plan')).toEqual({ value: 'gold' });
  });

  it.each([[undefined], [''], [' , ,'], [[]]])('finds no baggage in %j', (value) => {
    expect(parseBaggage(value)).toEqual({ baggage: undefined, dropped: 0 });
  });

  it('drops and counts malformed members and keeps the others', () => {
    const parsed = parseBaggage(['a,b=1,=2,c d=3,e=4 5', 42 as never, 'f="6",g=7\\,h=8\n,i=9']);

    expect(parsed.baggage?.getAllEntries().map(([name]) => name)).toEqual(['b', 'i']);
    expect(parsed.dropped).toBe(8);
  });

  it.each([
    ['%C3%A9', 'é'],
    ['%c3%a9', 'é'],
    ['%F0%9F%93%A6', '📦'],
    ['a%FFb', 'a\ufffdb'],
    ['%C3', '\ufffd'],
    ['%C3%A9%FF', 'é\ufffd'],
    ['100%', '100%'],
    ['%ZZ%20', '%ZZ '],
    ['%', '%'],
    ['%00', '\0'],
  ])('decodes %s', (encoded, decoded) => {
    expect(read(`key=${encoded}`)).toEqual({ key: { value: decoded } });
  });

  it('never decodes a key', () => {
    expect(read('a%20b=1')).toEqual({ 'a%20b': { value: '1' } });
  });

  it('keeps the last value of a repeated key, in the place of the first', () => {
    const { baggage, dropped } = parseBaggage('a=1,b=2,a=3');

    expect(baggage?.getAllEntries()).toEqual([
      ['a', { value: '3' }],
      ['b', { value: '2' }],
    ]);
    expect(dropped).toBe(0);
  });

  it('keeps the order of keys that are numbers, and keys that every object has', () => {
    const { baggage } = parseBaggage('b=1,7=2,__proto__=3,constructor=4,1=5');

    expect(baggage?.getAllEntries().map(([name, entry]) => `${name}=${entry.value}`)).toEqual([
      'b=1',
      '7=2',
      '__proto__=3',
      'constructor=4',
      '1=5',
    ]);
    expect(parseBaggage('a=1').baggage?.getEntry('constructor')).toBeUndefined();
  });

  it('reads only the wanted keys, and does not count others as dropped', () => {
    const { baggage, dropped } = parseBaggage('a=1,b=2,c=3,malformed', (name) => name === 'b');

    expect(baggage?.getAllEntries()).toEqual([['b', { value: '2' }]]);
    expect(dropped).toBe(1);
  });

  it('spends the limits on wanted keys only', () => {
    const { baggage, dropped } = parseBaggage(`${list(500)},wanted=1`, (name) => name === 'wanted');

    expect(baggage?.getAllEntries()).toHaveLength(1);
    expect(dropped).toBe(0);
  });

  it('counts unwanted keys among the 8192 bytes that it reads', () => {
    const read = (refused: number) =>
      parseBaggage(`x=${'y'.repeat(refused)},a=1`, (name) => name === 'a').baggage?.getAllEntries().length;

    expect(read(8186)).toBe(1);
    expect(read(8187)).toBeUndefined();
  });

  it('takes 180 members of all headers together', () => {
    const { baggage, dropped } = parseBaggage([list(100), list(100, 'b')]);

    expect(baggage?.getAllEntries()).toHaveLength(180);
    expect(dropped).toBe(20);
  });

  it('takes 8192 bytes', () => {
    expect(parseBaggage(`a=${'x'.repeat(8190)}`)).toMatchObject({ dropped: 0 });
    expect(parseBaggage(`a=${'x'.repeat(8191)}`)).toEqual({ baggage: undefined, dropped: 1 });
    expect(parseBaggage(`a=${'x'.repeat(8186)},b=1`)).toMatchObject({ dropped: 0 });
    expect(parseBaggage(`a=${'x'.repeat(8187)},b=1`)).toMatchObject({ dropped: 1 });
  });

  it.each([
    ['a=1;=x', undefined, 1],
    ['a=1;;', undefined, 2],
    ['a=1;p q', undefined, 1],
    ['a=1;p="q"', undefined, 1],
    ['a=1;ttl=30;=x;secret', 'ttl=30;secret', 1],
    ['a=1; ttl = 30 ; e=', 'ttl = 30 ; e=', 0],
  ])('keeps the member of %j, and drops and counts its malformed properties', (header, metadata, dropped) => {
    const parsed = parseBaggage(header);

    expect(parsed.baggage?.getEntry('a')?.value).toBe('1');
    expect(parsed.baggage?.getEntry('a')?.metadata?.toString()).toBe(metadata);
    expect(parsed.dropped).toBe(dropped);
  });

  it('reads no more than 8192 bytes of any content', () => {
    const { baggage, dropped } = parseBaggage(`${'é,'.repeat(5_000)}a=1`);

    expect(baggage).toBeUndefined();
    expect(dropped).toBe(5_001);
  });

  it.each([' ', '\t', ' \t', 'a ', 'a= ', 'a=1 ', 'a=1; ', 'a=1;p '])(
    'comes to an end of a megabyte of %j that ends in what the grammar forbids',
    (part) => {
      for (const before of ['', 'a=', 'a=1', 'a=1;', 'a=1;p=']) {
        const hostile = `${before}${part.repeat(1_000_000 / part.length)}\x01`;
        expect(parseBaggage(hostile)).toEqual({ baggage: undefined, dropped: 1 });
        const short = hostile.slice(-8_000);
        expect(parseBaggage(short).dropped).toBeGreaterThanOrEqual(1);
      }
    },
  );

  it('counts commas among the bytes, also those between empty members', () => {
    const keys = (commas: number) =>
      parseBaggage(`a=1${','.repeat(commas)}b=1`)
        .baggage?.getAllEntries()
        .map(([name]) => name);

    expect(keys(8186)).toEqual(['a', 'b']);
    expect(keys(8187)).toEqual(['a']);
  });

  it('takes later members that fit after one that did not', () => {
    const { baggage, dropped } = parseBaggage(`a=1,big=${'x'.repeat(9000)},b=2`);

    expect(baggage?.getAllEntries().map(([name]) => name)).toEqual(['a', 'b']);
    expect(dropped).toBe(1);
  });

  it('never throws', () => {
    fc.assert(fc.property(anyHeader, (value) => void parseBaggage(value)));
    for (const part of [',', 'a', 'a=', 'a=b,', ' ', '%', 'a=%ff', ';', 'a=;']) {
      expect(parseBaggage(part.repeat(200_000)).dropped).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('formatBaggage', () => {
  it('writes entries in their order', () => {
    expect(formatBaggage(baggageOf(['tenant.id', 'acme'], ['plan', 'gold']))).toEqual({
      header: 'tenant.id=acme,plan=gold',
      dropped: 0,
    });
  });

  it('drops and counts an entry whose value cannot be converted to text, and writes the others', () => {
    const value = Object.create(null) as string;
    const baggage = propagation.createBaggage({ a: { value: '1' }, b: { value }, c: { value: '3' } });

    expect(formatBaggage(baggage)).toEqual({ header: 'a=1,c=3', dropped: 1 });
  });

  it('writes nothing for an empty baggage', () => {
    expect(formatBaggage(propagation.createBaggage())).toEqual({ header: '', dropped: 0 });
  });

  it.each([
    ['', ''],
    ['a b', 'a%20b'],
    ['100%', '100%25'],
    ['a,b;c"d\\e', 'a%2Cb%3Bc%22d%5Ce'],
    ['é', '%C3%A9'],
    ['📦', '%F0%9F%93%A6'],
    ['\r\nx: 1', '%0D%0Ax:%201'],
    ['\ud83d', '%EF%BF%BD'],
    ['a\udce6\ud83db', 'a%EF%BF%BD%EF%BF%BDb'],
    ["!#$&'()*-./:<=>?@[]^_`{|}~", "!#$&'()*-./:<=>?@[]^_`{|}~"],
    ['ann+orders@acme.test', 'ann%2Borders@acme.test'],
  ])('writes the value %j as %s', (value, written) => {
    expect(formatBaggage(baggageOf(['key', value]))).toEqual({ header: `key=${written}`, dropped: 0 });
  });

  it('writes metadata as properties that cannot end the member or the header', () => {
    const metadata = baggageEntryMetadataFromString(' ttl=30;note=a b%20c,evil=1\r\né ');
    const baggage = propagation.createBaggage({ key: { value: 'v', metadata } });

    expect(formatBaggage(baggage).header).toBe('key=v;ttl=30;note=a%20b%20c%2Cevil=1%0D%0A%C3%A9');
  });

  it('leaves empty metadata out', () => {
    const metadata = baggageEntryMetadataFromString(' ');

    expect(formatBaggage(propagation.createBaggage({ key: { value: 'v', metadata } })).header).toBe('key=v');
  });

  it.each(['', 'a b', 'k é', 'a=b', 'a,b', 'a;b', '"a"', 'a\n', '\ud83d'])(
    'drops and counts the key %j, which is not a token',
    (name) => {
      expect(formatBaggage(baggageOf([name, '1'], ['ok', '2']))).toEqual({ header: 'ok=2', dropped: 1 });
    },
  );

  it('writes numbers that callers in JavaScript set', () => {
    expect(formatBaggage(baggageOf(['user.id', 42 as never])).header).toBe('user.id=42');
  });

  it('drops and counts an entry whose metadata throws', () => {
    const metadata = {
      ...baggageEntryMetadataFromString(''),
      toString: () => {
        throw new Error('broken');
      },
    };
    const baggage = propagation.createBaggage({ bad: { value: '1', metadata }, good: { value: '2' } });

    expect(formatBaggage(baggage)).toEqual({ header: 'good=2', dropped: 1 });
  });

  it('drops and counts entries that a foreign baggage cannot give', () => {
    const throwing = {
      getAllEntries: () => {
        throw new Error('broken');
      },
    } as unknown as Baggage;
    const odd = { getAllEntries: () => [['a', null]] } as unknown as Baggage;

    expect(formatBaggage(throwing)).toEqual({ header: '', dropped: 1 });
    expect(formatBaggage(odd)).toEqual({ header: '', dropped: 1 });
  });

  it('writes only the keys to be sent, and does not count others as dropped', () => {
    const baggage = baggageOf(['a', '1'], ['b', '2'], ['c d', '3']);

    expect(formatBaggage(baggage, (name) => name === 'b')).toEqual({ header: 'b=2', dropped: 0 });
  });

  it.each([
    ['=x', 'a=1', 1],
    ['p q;r', 'a=1;r', 1],
    ['p = q;', 'a=1;p=q', 0],
    ['p="q"', 'a=1;p=%22q%22', 0],
  ])('writes of the properties %j those that the grammar allows', (properties, header, dropped) => {
    const metadata = baggageEntryMetadataFromString(properties);
    const baggage = propagation.createBaggage({ a: { value: '1', metadata } });

    expect(formatBaggage(baggage)).toEqual({ header, dropped });
  });

  it('writes the current entries of a baggage that changes', () => {
    let tenant = 'a';
    const changing = { getAllEntries: () => [['tenant', { value: tenant }]] } as unknown as Baggage;
    for (let time = 0; time < 3; time++) expect(formatBaggage(changing).header).toBe('tenant=a');
    tenant = 'b';

    expect(formatBaggage(changing).header).toBe('tenant=b');
  });

  it('writes 180 members', () => {
    const many = Array.from({ length: 200 }, (_, index): [string, string] => [`k${index}`, 'v']);
    const { header, dropped } = formatBaggage(baggageOf(...many));

    expect(header.split(',')).toHaveLength(180);
    expect(dropped).toBe(20);
  });

  it('does not read values and properties that no header can hold', () => {
    const long = ';p'.repeat(4_097);
    const metadata = baggageEntryMetadataFromString(long);
    const baggage = propagation.createBaggage({ a: { value: '1', metadata }, b: { value: long } });

    expect(formatBaggage(baggage)).toEqual({ header: 'a=1', dropped: 2 });
  });

  it('writes 8192 bytes, and later entries that fit after one that did not', () => {
    const fits = baggageOf(['a', '0123456789'.repeat(819)]);
    const big = baggageOf(['a', '1'], ['big', 'é'.repeat(2000)], ['b', '2']);

    expect(formatBaggage(fits).header).toHaveLength(8192);
    expect(formatBaggage(big)).toEqual({ header: 'a=1,b=2', dropped: 1 });
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const baggage = list.reduce(
          (all, [name, value, metadata]) =>
            all.setEntry(
              name,
              metadata ? { value, metadata: baggageEntryMetadataFromString(metadata) } : { value },
            ),
          propagation.createBaggage(),
        );
        const { header, dropped } = formatBaggage(baggage);
        expect(dropped).toBe(0);
        expect(plain(parseBaggage(header).baggage)).toEqual(plain(baggage));
      }),
    );
  });

  it('never throws, and writes only what it can read back without loss', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText, anyText)), (list) => {
        const baggage = list.reduce(
          (all, [name, value, metadata]) =>
            all.setEntry(name, { value, metadata: baggageEntryMetadataFromString(metadata) }),
          propagation.createBaggage(),
        );
        const { header } = formatBaggage(baggage);
        expect(header).toMatch(/^[\t -~]*$/);
        const again = parseBaggage(header);
        expect(again.dropped).toBe(0);
        expect(again.baggage === undefined ? '' : formatBaggage(again.baggage).header).toBe(header);
      }),
    );
  });

  it('writes the keys and values that it read from a damaged header', () => {
    const header = damaged(
      entries.map((list) => list.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(',')),
      ',;= \t%"é',
    );
    fc.assert(
      fc.property(header, (damagedHeader) => {
        const { baggage } = parseBaggage(damagedHeader);
        if (baggage === undefined) return;
        expect(keysAndValues(parseBaggage(formatBaggage(baggage).header).baggage)).toEqual(
          keysAndValues(baggage),
        );
      }),
    );
  });
});

function read(value: HeaderValue): Record<string, BaggageEntry> {
  const { baggage, dropped } = parseBaggage(value);
  expect(dropped).toBe(0);
  return Object.fromEntries(baggage?.getAllEntries() ?? []);
}

function baggageOf(...list: readonly [string, string][]): Baggage {
  return list.reduce((all, [name, value]) => all.setEntry(name, { value }), propagation.createBaggage());
}

function plain(baggage: Baggage | undefined): unknown {
  return baggage
    ?.getAllEntries()
    .map(([name, { value, metadata }]) => ({ name, value, metadata: metadata?.toString() }));
}

function keysAndValues(baggage: Baggage | undefined): unknown {
  return baggage?.getAllEntries().map(([name, { value }]) => ({ name, value }));
}

function list(count: number, prefix = 'a'): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}=1`).join(',');
}
