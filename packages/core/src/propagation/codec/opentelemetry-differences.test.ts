import { describe, expect, it } from '@jest/globals';
import {
  type Baggage,
  createTraceState,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { anyCharacter, damaged, remoteSpanContext } from '../../../test/fixtures/arbitrary-headers.ts';
import { formatBaggage, parseBaggage } from './baggage-header.ts';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';
import { formatTracestate, parseTracestate } from './tracestate.ts';

/**
 * Where the codec reads or writes something else than `@opentelemetry/core`, on purpose. Each difference is shown by an
 * example, so that none outlives its cause, and generated headers differ in no other way.
 */
interface Difference<Input> {
  readonly name: string;
  readonly example: Input;
  /** Whether the difference can be the reason why this input is read in two ways. */
  readonly explains: (input: Input) => boolean;
}

const ID = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
const traceContext = new W3CTraceContextPropagator();
const baggagePropagator = new W3CBaggagePropagator();

describe('a traceparent is read as OpenTelemetry JS reads it', () => {
  const differences: readonly Difference<string>[] = [
    {
      name: 'only spaces and tabs are white space around it',
      example: `00-${ID}-01\n`,
      explains: (header) => /^[^\S \t]|[^\S \t]$/.test(header),
    },
    {
      name: 'any number of spaces and tabs is',
      example: ` \t00-${ID}-01`,
      explains: (header) => /^[ \t]{2}|[ \t]{2}$/.test(header),
    },
    {
      name: 'reserved flags are cleared',
      example: `00-${ID}-ff`,
      explains: (header) => /-[0-9a-f]{2}(-.*)?[ \t]*$/.test(header) && !/-0[0-3](-.*)?[ \t]*$/.test(header),
    },
    {
      name: 'a later version may hold a line end in the fields that are not known',
      example: `01-${ID}-01-a\nb`,
      explains: (header) => /^[ \t]*(?!00)[0-9a-f]{2}-.*\n/s.test(header),
    },
  ];
  const white = fc.constantFrom('', '', ' ', '\t', ' \t', '\n', '\u00a0');
  const version = fc.constantFrom('00', '00', '01', 'cc', 'ff', 'FF');
  const tail = fc.constantFrom('', '', '', '-', '-more', '.more', '-a\nb');
  const flags = fc.constantFrom('00', '01', '02', '03', '04', 'ff', '0F', '1');
  const header = fc
    .tuple(white, version, remoteSpanContext, flags, tail, white)
    .map(([before, start, { traceId, spanId }, bits, end, after]) =>
      [before, `${start}-${traceId}-${spanId}-${bits}${end}`, after].join(''),
    );
  const ours = (text: string) => parseTraceparent(text);
  const theirs = (text: string) => extractSpanContext({ traceparent: text });

  checkDifferences(differences, ours, theirs, fc.oneof(header, damaged(header, '0fgF- \t\n.')));

  it('except bytes and repeated headers, which it ignores or reads in part', () => {
    const first = `00-${ID}-01`;

    expect(theirs(Buffer.from(first) as never)).toBeUndefined();
    expect(ours(Buffer.from(first) as never)).toBeDefined();
    expect(theirs([first, 'second'] as never)).toBeDefined();
    expect(ours([first, 'second'] as never)).toBeUndefined();
  });
});

describe('a tracestate is read as OpenTelemetry JS reads it', () => {
  const key = '[a-z0-9][a-z0-9_\\-*/@]{0,255}';
  const value = '[ -+\\--<>-~]{0,255}[!-+\\--<>-~]';
  const member = new RegExp(`^(?:${key}=${value})?$`);
  const membersOf = (header: string) => header.split(',').map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
  const differences: readonly Difference<string>[] = [
    {
      name: 'one malformed member spoils the list',
      example: 'rojo=1,CONGO=2',
      explains: (header) => membersOf(header).some((text) => !member.test(text)),
    },
    {
      name: 'more than 32 members spoil the list',
      example: Array.from({ length: 33 }, (_, index) => `k${index}=v`).join(','),
      explains: (header) => membersOf(header).length > 32,
    },
    {
      name: 'keys follow Level 2, where a key may start with a digit and hold several at signs',
      example: '1rojo=1,a@@b=2',
      explains: (header) => membersOf(header).some((text) => /^\d|@.*=/.test(text)),
    },
    {
      name: 'the first of a repeated key is kept, the most recent',
      example: 'rojo=1,congo=2,rojo=3',
      explains: (header) => {
        const keys = membersOf(header).map((text) => text.split('=')[0]);
        return new Set(keys).size < keys.length;
      },
    },
    {
      name: 'a list longer than 512 characters gives up its long members first',
      example: `a=${'x'.repeat(200)},b=${'y'.repeat(200)},${'c'.repeat(40)}=${'z'.repeat(80)}`,
      explains: (header) => header.length > 512,
    },
  ];
  const name = fc.constantFrom('a', 'b', 'c', 'rojo', 'congo', '1a', 'a@b', 'a@b@c', 'A', '', 'a.b', 'a b');
  const text = fc.constantFrom('1', ' 2', 'a b', '', 'x'.repeat(130), 'x'.repeat(256), 'x'.repeat(257), 'é');
  const gap = fc.constantFrom('', '', '', ' ', '\t', ' \t ');
  const anyMember = fc.oneof(
    fc.tuple(gap, name, text, gap).map(([before, left, right, after]) => `${before}${left}=${right}${after}`),
    gap,
  );
  const header = fc
    .oneof(
      fc.array(anyMember, { maxLength: 6 }),
      fc.nat({ max: 40 }).map((length) => Array.from({ length }, (_, i) => `k${i}=v`)),
    )
    .map((list) => list.join(','));

  checkDifferences(
    differences,
    (list) => {
      const state = parseTracestate(list);
      return state === undefined ? '' : formatTracestate(state);
    },
    (list) =>
      extractSpanContext({ traceparent: `00-${ID}-01`, tracestate: list })?.traceState?.serialize() ?? '',
    fc.oneof(header, damaged(header, 'a1@=, \tA')),
  );
});

describe('a baggage is read as OpenTelemetry JS reads it', () => {
  const membersOf = (header: string) =>
    header
      .split(',')
      .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))
      .filter((text) => text !== '');
  const token = /^[\w!#$%&'*+\-.^`|~]+$/;
  const partsOf = (text: string) => /^([^=;]*?)[ \t]*=[ \t]*([^;]*?)[ \t]*(?:;(.*))?$/s.exec(text) ?? [];
  const differences: readonly Difference<string>[] = [
    {
      name: 'a key is a token and never percent-encoded',
      example: 'a%20b=1,c d=2',
      explains: (header) =>
        membersOf(header).some((text) => !token.test(partsOf(text)[1] ?? '') || /^[^=]*%/.test(text)),
    },
    {
      name: 'a value holds only what the grammar allows',
      example: 'a="1"',
      explains: (header) =>
        membersOf(header).some((text) => /[^!#-+\--:<-[\]-~]/.test(partsOf(text)[2] ?? '')),
    },
    {
      name: 'an empty value is a value',
      example: 'a=',
      explains: (header) => membersOf(header).some((text) => partsOf(text)[2] === ''),
    },
    {
      name: 'what is not UTF-8 is replaced, not dropped with its member',
      example: 'a=%FF,b=100%',
      explains: (header) => /%/.test(header) && !decodes(header),
    },
    {
      name: 'white space around the properties is not part of them',
      example: 'a=1; b',
      explains: (header) => /;[ \t]|;.*[ \t](?:,|$)/.test(header),
    },
    {
      name: 'a property that the grammar forbids is dropped',
      example: 'a=1;p q;r',
      explains: (header) =>
        membersOf(header).some((text) =>
          partsOf(text)[3]
            ?.split(';')
            .some(
              (property) =>
                !/^[ \t]*[\w!#$%&'*+\-.^`|~]+[ \t]*(?:=[ \t]*[!#-+\--:<-[\]-~]*[ \t]*)?$/.test(property),
            ),
        ),
    },
    {
      name: 'a member may be longer than 4096 characters',
      example: `a=${'x'.repeat(5000)}`,
      explains: (header) => membersOf(header).some((text) => text.length > 4096),
    },
    {
      name: 'a member that does not fit does not end the reading',
      example: `${['a', 'b', 'c'].map((key) => `${key}=${'x'.repeat(3000)}`).join(',')},d=1`,
      explains: (header) => header.length > 8192,
    },
    {
      name: 'a key that objects are born with is a key',
      example: '__proto__=1',
      explains: (header) => header.includes('__proto__'),
    },
  ];
  const key = fc.constantFrom(
    'a',
    'b',
    'tenant.id',
    "!#$&'*+-.^_`|~",
    'a%20b',
    'a b',
    '',
    'é',
    '__proto__',
    '7',
  );
  const value = fc.constantFrom(
    '1',
    'a=b',
    '',
    '%20',
    '%C3%A9',
    '%FF',
    '%',
    '"a"',
    'a b',
    'é',
    '\\',
    'x'.repeat(3000),
    'x'.repeat(4200),
  );
  const properties = fc.constantFrom('', '', ';', ';p', ';p=1;q', '; p', ';p ', ';;');
  const gap = fc.constantFrom('', '', '', ' ', '\t', ' \t ');
  const member = fc
    .tuple(gap, key, gap, gap, value, gap, properties, gap)
    .map(([a, name, b, c, text, d, extra, e]) => `${a}${name}${b}=${c}${text}${d}${extra}${e}`);
  const header = fc.array(fc.oneof(member, gap), { maxLength: 6 }).map((list) => list.join(','));

  checkDifferences(
    differences,
    (list) => sorted(parseBaggage(list).baggage),
    (list) => sorted(extractBaggage(list)),
    fc.oneof(header, damaged(header, 'a1%=;, \t"')),
  );

  it('except bytes, for which it throws', () => {
    expect(() => extractBaggage(Buffer.from('a=1') as never)).toThrow(TypeError);
    expect(sorted(parseBaggage(Buffer.from('a=1')).baggage)).toEqual([['a', '1', '']]);
  });
});

describe('a header that is written', () => {
  it('is the traceparent that OpenTelemetry JS writes', () => {
    fc.assert(
      fc.property(remoteSpanContext, (spanContext) => {
        expect(formatTraceparent(spanContext)).toBe(injectSpanContext(spanContext).traceparent);
      }),
    );
  });

  it('keeps reserved flags out of the traceparent, where OpenTelemetry JS writes a malformed one', () => {
    const spanContext = parseTraceparent(`00-${ID}-01`) as SpanContext;
    const reserved = { ...spanContext, traceFlags: 0xff };

    expect(injectSpanContext(reserved).traceparent).toBe(`00-${ID}-0ff`);
    expect(formatTraceparent(reserved)).toBe(`00-${ID}-03`);
  });

  it('is the tracestate that OpenTelemetry JS writes', () => {
    const traceState = createTraceState('rojo=1,congo=2');
    const spanContext = { ...(parseTraceparent(`00-${ID}-01`) as SpanContext), traceState };

    expect(formatTracestate(traceState)).toBe(injectSpanContext(spanContext).tracestate);
  });

  it('is a baggage that both read alike, and so is the one that OpenTelemetry JS writes', () => {
    // Keys that OpenTelemetry JS does not percent-encode, and values that it does not drop.
    const key = fc.stringMatching(/^[A-Za-z0-9_.!~*'-]{1,10}$/).filter((name) => name !== '__proto__');
    const value = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), (values) => {
        const baggage = propagation.createBaggage(
          Object.fromEntries(Object.entries(values).map(([name, text]) => [name, { value: text }])),
        );
        const ours = formatBaggage(baggage).header;
        const theirs = injectBaggage(baggage);
        for (const header of [ours, theirs]) {
          expect(sorted(parseBaggage(header).baggage)).toEqual(sorted(baggage));
          expect(sorted(extractBaggage(header))).toEqual(sorted(baggage));
        }
      }),
    );
  });

  it('is shorter than the baggage that OpenTelemetry JS writes, which encodes more than it has to', () => {
    const baggage = propagation.createBaggage({ url: { value: 'https://example.com/?a=1' } });

    expect(formatBaggage(baggage).header).toBe('url=https://example.com/?a=1');
    expect(injectBaggage(baggage)).toBe('url=https%3A%2F%2Fexample.com%2F%3Fa%3D1');
  });

  it('has an encoded plus sign, as in OpenTelemetry JS, as Python reads a bare one as a blank', () => {
    const baggage = propagation.createBaggage({ user: { value: 'ann+orders' } });

    expect(formatBaggage(baggage).header).toBe('user=ann%2Borders');
    expect(injectBaggage(baggage)).toBe('user=ann%2Borders');
  });

  it('leaves out keys that are no tokens, which OpenTelemetry JS encodes', () => {
    const baggage = propagation.createBaggage({ 'a b': { value: '1' } });

    expect(formatBaggage(baggage)).toEqual({ header: '', dropped: 1 });
    expect(injectBaggage(baggage)).toBe('a%20b=1');
  });

  it('replaces half a surrogate pair, for which OpenTelemetry JS throws', () => {
    const baggage = propagation.createBaggage({ a: { value: '\ud83d' } });

    expect(formatBaggage(baggage).header).toBe('a=%EF%BF%BD');
    expect(() => injectBaggage(baggage)).toThrow(URIError);
  });
});

function checkDifferences<Input extends string>(
  differences: readonly Difference<Input>[],
  ours: (input: Input) => unknown,
  theirs: (input: Input) => unknown,
  inputs: fc.Arbitrary<Input>,
): void {
  it.each(differences)('except $name', ({ example, explains }) => {
    expect(ours(example)).not.toEqual(theirs(example));
    expect(explains(example)).toBe(true);
  });

  it('without other differences in 5,000 generated headers', () => {
    let alike = 0;
    fc.assert(
      fc.property(inputs, (input) => {
        if (differences.some(({ explains }) => explains(input))) return;
        expect(ours(input)).toEqual(theirs(input));
        alike++;
      }),
      { numRuns: 5000 },
    );
    // Differences that explain everything would prove nothing.
    expect(alike).toBeGreaterThan(300);
  });
}

const getter: TextMapGetter<Record<string, string>> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => carrier[key],
};

function extractSpanContext(carrier: Record<string, string>): SpanContext | undefined {
  const spanContext = trace.getSpanContext(traceContext.extract(ROOT_CONTEXT, carrier, getter));
  return spanContext && { ...spanContext, isRemote: true };
}

function injectSpanContext(spanContext: SpanContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
  traceContext.inject(context, carrier, {
    set: (target, key, value) => Object.assign(target, { [key]: value }),
  });
  return carrier;
}

function extractBaggage(header: string): Baggage | undefined {
  return propagation.getBaggage(baggagePropagator.extract(ROOT_CONTEXT, { baggage: header }, getter));
}

function injectBaggage(baggage: Baggage): string {
  const carrier: { header?: string } = {};
  const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
  baggagePropagator.inject(context, carrier, {
    set: (target, _key, value) => {
      target.header = value;
    },
  });
  return carrier.header ?? '';
}

/** OpenTelemetry JS does not keep the order of keys that are numbers. */
function sorted(baggage: Baggage | undefined): readonly (readonly string[])[] {
  return (baggage?.getAllEntries() ?? [])
    .map(([key, { value, metadata }]) => [key, value, metadata?.toString() ?? ''])
    .sort(([left = ''], [right = '']) => (left < right ? -1 : 1));
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
