import { describe, expect, it } from '@jest/globals';
import { parseSource } from './parse-source.ts';

describe('parseSource', () => {
  it.each([
    ["import { a } from 'x';", 'a static import'],
    ["import 'x';", 'an import for its effect'],
    ["import type { A } from 'x';", 'a type import'],
    ["export { a } from 'x';", 'a re-export'],
    ["export * from 'x';", 'a re-export of all'],
    ["const a = await import('x');", 'a dynamic import'],
    ["type A = import('x').A;", 'an import type'],
    ["const a = require('x');", 'require'],
    ["const a = require.resolve('x');", 'require.resolve'],
  ])('finds the import in %s (%s)', (text) => {
    expect(parseSource(text).imports).toEqual(['x']);
  });

  it('ignores imports in comments and strings', () => {
    expect(parseSource('// import "x"\nconst a = \'import "x"\';').imports).toEqual([]);
  });

  it('finds strings in values, keys, types and templates, not in comments', () => {
    const text = [
      '/** messaging.comment */',
      "const a = { 'key': 'value' };",
      "type A = 'type';",
      'const b = `before ${a} after`;',
    ].join('\n');
    expect(parseSource(text).strings).toEqual(['key', 'value', 'type', 'before ', ' after']);
  });
});
