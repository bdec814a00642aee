import { describe, expect, it } from '@jest/globals';
import { createTraceState, type TraceState } from '@opentelemetry/api';
import { TraceState as OpenTelemetryTraceState } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { anyHeader } from '../../../test/fixtures/arbitrary-headers.ts';
import { formatTracestate, parseTracestate } from './tracestate.ts';

const key = fc.stringMatching(/^[a-z0-9][a-z0-9_*/@-]{0,20}$/);
const value = fc.stringMatching(/^[ -+--<>-~]{0,20}[!-+--<>-~]$/);
const members = fc.uniqueArray(fc.tuple(key, value), { maxLength: 12, selector: ([name]) => name });

describe('parseTracestate', () => {
  it('reads the members from text and from bytes', () => {
    expect(read('rojo=1,congo=2').get('congo')).toBe('2');
    expect(read(Buffer.from('rojo=1,congo=2')).get('rojo')).toBe('1');
    expect(read('rojo=1').get('congo')).toBeUndefined();
  });

  it('reads a repeated header as one list', () => {
    expect(read(['rojo=1', Buffer.from('congo=2'), 'baz=3']).serialize()).toBe('rojo=1,congo=2,baz=3');
  });

  it('keeps spaces inside and at the start of a value', () => {
    expect(read('a= b c ,d=e').get('a')).toBe(' b c');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without members', ' , ,\t'],
    ['without an equals sign', 'rojo'],
    ['half malformed', 'rojo=1,congo'],
    ['malformed in its second value', ['rojo=1', 'Congo=2']],
    ['not text in its second value', ['rojo=1', 42 as never]],
    ['without a key', '=1'],
    ['too long in a value', `rojo=${'x'.repeat(257)}`],
    ['with a tab in a value', 'rojo=1\t2'],
    ['with a letter outside ASCII', 'rojo=é'],
  ])('reads nothing if the header is %s', (_name, header) => {
    expect(parseTracestate(header)).toBeUndefined();
  });

  it('takes 32 members, empty ones included, and refuses more', () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');

    expect(read(list(32)).serialize()).toBe(list(32));
    expect(parseTracestate(list(33))).toBeUndefined();
    expect(parseTracestate(`${list(16)}${','.repeat(16)}`)?.get('k0')).toBe('v');
    expect(parseTracestate(`${list(16)}${','.repeat(17)},`)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(anyHeader, (header) => void parseTracestate(header)));
    for (const part of [',', 'a', 'a=', 'a=b,', ' ']) {
      expect(parseTracestate(part.repeat(1_000_000))?.serialize() ?? '').toMatch(/^(a=b)?$/);
    }
  });
});

describe('a hostile tracestate', () => {
  it.each([' ', ' \t', 'a ', 'a= ', 'a=1 '])('of a megabyte of %j is read in time', (part) => {
    for (const length of [16_000, 1_000_000]) {
      for (const before of ['', 'a=', 'a=1']) {
        expect(parseTracestate(`${before}${part.repeat(length / part.length)}\x01`)).toBeUndefined();
      }
    }
  });

  it('is not read if it is longer than 32 members can be', () => {
    const longest = (index: number) => `${`${index}`.padEnd(256, 'k')}=${'v'.repeat(256)}`;
    const list = Array.from({ length: 32 }, (_, index) => longest(index)).join(',');

    expect(parseTracestate(list)).toBeDefined();
    expect(parseTracestate(`${list} `)).toBeUndefined();
  });
});

describe('a trace state that was read', () => {
  it('puts a changed member first in a copy', () => {
    const original = read('rojo=1,congo=2');

    expect(original.set('congo', '3').serialize()).toBe('congo=3,rojo=1');
    expect(original.set('new', '3').serialize()).toBe('new=3,rojo=1,congo=2');
    expect(original.serialize()).toBe('rojo=1,congo=2');
  });

  it('removes a member', () => {
    expect(read('rojo=1,congo=2').unset('rojo').serialize()).toBe('congo=2');
    expect(read('rojo=1').unset('congo').serialize()).toBe('rojo=1');
    expect(read('rojo=1').unset('rojo').serialize()).toBe('');
  });

  it.each([
    ['Rojo', '1'],
    ['', '1'],
    ['rojo', ''],
    ['rojo', 'a,b'],
    ['rojo', 'a=b'],
    ['rojo', 'a '],
    ['rojo', 42 as never],
  ])('refuses the member %p with the value %p', (name, text) => {
    expect(read('congo=2').set(name, text).serialize()).toBe('congo=2');
  });

  it('takes a member of 256 characters each, and none that is longer', () => {
    const [key, text] = ['k'.repeat(256), 'v'.repeat(256)];

    expect(read('congo=2').set(key, text).get(key)).toBe(text);
    expect(read('congo=2').set(`${key}k`, 'v').serialize()).toBe('congo=2');
    expect(read('congo=2').set('k', `${text}v`).serialize()).toBe('congo=2');
  });

  it('gives up its last member for a 33rd', () => {
    const full = read(Array.from({ length: 32 }, (_, index) => `k${index}=v`).join(','));
    const changed = full.set('new', 'v');

    expect(changed.get('new')).toBe('v');
    expect(changed.get('k30')).toBe('v');
    expect(changed.get('k31')).toBeUndefined();
  });

  it('behaves like that of OpenTelemetry JS in get, set and unset', () => {
    const change = fc.oneof(
      fc.record({ set: fc.constantFrom('a', 'b', 'c', 'Bad', ''), to: fc.constantFrom('1', '2', 'b=d', '') }),
      fc.record({ unset: fc.constantFrom('a', 'b', 'c') }),
    );
    const apply = (state: TraceState, step: { set: string; to: string } | { unset: string }) =>
      'set' in step ? state.set(step.set, step.to) : state.unset(step.unset);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const ours = changes.reduce(apply, read('a=1,z=26'));
        const theirs = changes.reduce(apply, new OpenTelemetryTraceState('a=1,z=26') as TraceState);
        expect(ours.serialize()).toBe(theirs.serialize());
        expect(ours.get('a')).toBe(theirs.get('a'));
      }),
    );
  });
});

describe('formatTracestate', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(members, (list) => {
        const header = list.map(([name, text]) => `${name}=${text}`).join(',');
        const state = parseTracestate(header);
        expect(state === undefined ? '' : formatTracestate(state)).toBe(header);
      }),
    );
  });

  it('writes 512 characters whole', () => {
    const header = `a=${'x'.repeat(253)},b=${'y'.repeat(254)}`;

    expect(header).toHaveLength(512);
    expect(formatTracestate(read(header))).toBe(header);
  });

  it('drops members of more than 128 characters first, then from the right, and none in part', () => {
    const long = `long=${'x'.repeat(250)}`;
    const short = (name: string) => `${name}=${'y'.repeat(126)}`;
    const shorts = [...'abcd'].map(short).join(',');

    expect(formatTracestate(read(`a=1,${long},b=2,other${long},c=3`))).toBe(`a=1,${long},b=2,c=3`);
    expect(formatTracestate(read(`${long},${shorts}`))).toBe([...'abc'].map(short).join(','));
    expect(formatTracestate(read(`${'k'.repeat(256)}=${'x'.repeat(256)}`))).toBe('');
  });

  it('never writes more than 512 characters', () => {
    const longer = fc.uniqueArray(fc.tuple(key, fc.stringMatching(/^[a-z]{1,256}$/)), {
      maxLength: 32,
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(longer, (list) => {
        const all = list.map(([name, text]) => `${name}=${text}`);
        const state = parseTracestate(all.join(','));
        const written = state === undefined ? '' : formatTracestate(state);
        expect(written.length).toBeLessThanOrEqual(512);
        const kept = written === '' ? [] : written.split(',');
        expect(all.filter((member) => kept.includes(member))).toEqual(kept);
      }),
    );
  });

  it("writes an SDK's own trace state", () => {
    expect(formatTracestate(createTraceState('rojo=1,congo=2'))).toBe('rojo=1,congo=2');
  });

  it.each([
    ['empty', () => ''],
    ['no tracestate', () => 'a=1\r\nx-injected: 1'],
    ['not text', () => 42 as never],
    [
      'an error',
      () => {
        throw new Error('broken');
      },
    ],
  ])('writes nothing for a foreign trace state that serializes to %s', (_name, serialize) => {
    expect(formatTracestate({ serialize } as unknown as TraceState)).toBe('');
  });
});

function read(header: Parameters<typeof parseTracestate>[0]): TraceState {
  const state = parseTracestate(header);
  if (state === undefined) throw new Error(`not read: ${header}`);
  return state;
}
