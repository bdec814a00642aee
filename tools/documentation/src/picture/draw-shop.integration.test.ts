import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { comparableOutput } from '../comparable-output.ts';
import { drawShop } from './draw-shop.ts';

/** The words of a picture. */
function wordsOf(svg: string): string {
  return comparableOutput([...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, words = '']) => words).join('\n'));
}

it('the picture of README.md says what is recorded now; `pnpm docs:picture` draws it again', async () => {
  const drawn = await drawShop();
  for (const [theme, svg] of Object.entries(drawn)) {
    const path = `docs/images/journey-${theme}.svg`;
    const committed = readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');
    expect(wordsOf(committed)).toBe(wordsOf(svg));
  }
  expect(wordsOf(drawn.light)).toContain('link,\nduration');
});
