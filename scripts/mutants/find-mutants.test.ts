import { expect, it } from '@jest/globals';
import { findMutants } from './find-mutants.ts';

function changes(source: string): string[] {
  return findMutants('a.ts', source).map((mutant) => mutant.source);
}

it('changes conditions and their operators', () => {
  expect(changes('if (a < b) c();')).toEqual([
    'if (true) c();',
    'if (false) c();',
    'if (!(a < b)) c();',
    'if (((a) <= (b))) c();',
    'if (((a) >= (b))) c();',
    'if (a < b) ;',
  ]);
});

it('returns something else', () => {
  expect(changes('const f = () => true;')).toEqual(['const f = () => false;']);
});

it('does not change types and imports', () => {
  expect(changes(`import a from 'b'; interface C { d: 'e' } type F = 'g';`)).toEqual([]);
});

it('says where a mutant is and what it changes', () => {
  expect(findMutants('a.ts', '// ü\nconst a = b ?? c;')).toMatchObject([
    { line: 2, change: 'b ?? c → ((b) && (c))', source: '// ü\nconst a = ((b) && (c));' },
  ]);
});
