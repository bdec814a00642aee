import { describe, expect, it } from '@jest/globals';
import { mistakesIn, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();

describe('a hostile file', () => {
  // Lists in lists that are so deep overflow a stack.
  const size = 16 * 1024;

  it.each<[string, string]>([
    ['lists in lists', '['],
    ['lists in lines', '- '],
    ['maps in maps', '{a: '],
    ['keys of keys', '? '],
    ['an error in each line', ': : : :\n'],
    ['quotes', '"'],
    ['tags', '- !a b\n'],
    ['documents', '---\n'],
    ['aliases of nothing', '- *a\n'],
  ])('is refused: %s', (_case, part) => {
    expect(mistakesIn(files, part.repeat(Math.floor(size / part.length))).length).toBeGreaterThan(0);
  });

  it('is refused: aliases that double', () => {
    const lines = Array.from(
      { length: 60 },
      (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`,
    );

    expect(mistakesIn(files, `a0: &a0 [1]\n${lines.join('\n')}`)[0]).toBe(
      '17:12: with what aliases repeat, there are more than 200000 values.',
    );
  });

  it('is refused: as many keys as there is room for', () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `${index.toString(36)}:`);

    expect(mistakesIn(files, keys.join('\n')).at(-1)).toBe('there are 9900 more mistakes.');
  });
});
