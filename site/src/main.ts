// Builds the site, and serves it where it is asked to: `pnpm docs:build`, `pnpm docs:serve`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, serve } from 'vitepress';
import { brokenAnchors } from './broken-anchors.ts';
import { generateReference } from './generate-reference.ts';

const { values } = parseArgs({
  options: { serve: { type: 'boolean', default: false }, port: { type: 'string', default: '4173' } },
});
const site = join(import.meta.dirname, '..');

await generateReference(join(site, '..'));
await build(site); // fails at a link to a page that there is not
const broken = brokenAnchors(join(site, '.vitepress/dist'), '/waybill/');
if (broken.length > 0) {
  console.error(`Links to headings that there are not:\n  ${broken.join('\n  ')}`);
  process.exit(1);
}
if (values.serve) await serve({ root: site, port: Number(values.port) });
