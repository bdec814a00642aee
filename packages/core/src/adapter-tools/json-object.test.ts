import { expect, it } from '@jest/globals';
import { jsonObject } from './json-object.ts';

it.each([
  ['an object', '{"a":1}'],
  ['an object behind white space', ' \r\n\t{"a":1}\n'],
])('reads %s', (_what, text) => {
  expect(jsonObject(text)).toEqual({ a: 1 });
});

it.each(['', ' ', 'a text', '"a"', '7', 'null', '["a"]', '{', '{"a":', '{"a":1}}', '\u00a0{"a":1}'])(
  'reads nothing in %j',
  (text) => {
    expect(jsonObject(text)).toBeUndefined();
  },
);

it('keeps a name that objects inherit something by', () => {
  expect(Object.entries(jsonObject('{"__proto__":"x"}') ?? {})).toEqual([['__proto__', 'x']]);
});
