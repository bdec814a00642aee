// Draws the picture of README.md, from spans that are recorded for it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { drawShop } from './picture/draw-shop.ts';

const folder = new URL('../../../docs/images/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [theme, svg] of Object.entries(await drawShop())) {
  writeFileSync(new URL(`journey-${theme}.svg`, folder), svg);
}
