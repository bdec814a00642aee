import { expect, it } from '@jest/globals';
import { RepeatCache } from './repeat-cache.ts';

it('makes a value until it has come twice in a row', () => {
  const made: string[] = [];
  const memory = new Map<string, string>();
  const sight = new RepeatCache(memory);
  const get = (key: string): string =>
    sight.get(key, (of) => {
      made.push(of);
      return of.toUpperCase();
    });

  expect(['a', 'b', 'a', 'a', 'b', 'a'].map(get)).toEqual(['A', 'B', 'A', 'A', 'B', 'A']);
  expect(made).toEqual(['a', 'b', 'a', 'a', 'b']);
  expect([...memory]).toEqual([['a', 'A']]);
});
