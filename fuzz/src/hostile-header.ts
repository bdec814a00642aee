import * as fc from 'fast-check';
import { otherValue } from './any-value.ts';
import type { ValueSpec } from './hostile-value.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

/** Valid values of a header, and the characters that matter in them. */
export interface HeaderSample {
  readonly valid: readonly string[];
  readonly characters: string;
}

/** Valid headers, and the characters that matter in them. */
export const validHeaders: Readonly<Record<string, HeaderSample>> = {
  traceparent: {
    valid: [`00-${traceId}-${spanId}-01`, `cc-${traceId}-${spanId}-01-what`],
    characters: '0f-gF \n',
  },
  tracestate: {
    valid: ['congo=t61rcWkgMzE,rojo=00f067aa0ba902b7', 'a=1 , b=2', `${'k'.repeat(256)}=v`],
    characters: 'aA=,- \t@*/\n',
  },
  baggage: {
    valid: ['tenant.id=acme;p=1;q,b=%20%C3%A9', 'a = 1 ; p = 2 , b', 'k=a+b;p;q=%zz'],
    characters: 'a=;,% \t"\\+\n',
  },
  waybill: {
    valid: [`1-1795229089322-${traceId}-${spanId}-l`, `1-1-${traceId}-${spanId}`],
    characters: '0129a-plnx \n',
  },
};

/** Any name. */
export const otherName: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    'Traceparent',
    'TRACESTATE',
    'Baggage',
    'b3',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'then',
    '',
  ],
  ...[
    'x-death',
    'x-delivery-count',
    'x-delay',
    'timestamp_in_ms',
    'x-first-death-queue',
    '__dlq.errors.topic',
  ],
  ...[
    '__dlq.errors.message',
    '__dlq.errors.delivery.count',
    '__connect.errors.topic',
    '_datadog',
    'message',
    'toJSON',
  ],
);

/** A valid header with a few characters replaced, inserted or removed. */
export function near(valid: readonly string[], characters: string): fc.Arbitrary<{ readonly text: string }> {
  const edit = fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 1 }), fc.constantFrom('', ...characters));
  return fc.tuple(fc.constantFrom(...valid), fc.array(edit, { maxLength: 3 })).map(([whole, edits]) => ({
    text: edits.reduce((text, [at, remove, insert]) => {
      const position = at % (text.length + 1);
      return text.slice(0, position) + insert + text.slice(position + remove);
    }, whole),
  }));
}

/** Any value in the place of a header, mostly a nearly valid one. */
export function headerValue({ valid, characters }: HeaderSample): fc.Arbitrary<ValueSpec> {
  const text = near(valid, characters);
  const bytes = text.map(({ text }) => ({ bytes: [...Buffer.from(text)] }));
  const single = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: bytes });
  return fc.oneof(
    { weight: 40, arbitrary: single },
    { weight: 10, arbitrary: otherValue },
    {
      weight: 4,
      arbitrary: fc.array(fc.oneof(single, otherValue), { maxLength: 3 }).map((list) => ({ list })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        copies: fc.oneof(
          { weight: 20, arbitrary: fc.nat({ max: 20 }) },
          { weight: 1, arbitrary: fc.constant(3_000) },
        ),
        of: single,
      }),
    },
  );
}
