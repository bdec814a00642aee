import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { llmsFullText, llmsText } from './llms-text.ts';
import { siteSections } from './site-pages.ts';

const root = join(import.meta.dirname, '../..');
const sections = siteSections(root);
const pages = sections.flatMap((section) => section.pages);

it('has every page of the documentation in its menu, once', () => {
  const written = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md'], {
    cwd: root,
    exclude: ['docs/api/**'],
  });
  expect(pages.map(({ path }) => path).sort()).toEqual(written.sort());
});

it('writes llms.txt: the title, what it is, and each page with its first sentence', () => {
  const text = llmsText(sections, 'https://example.com');
  expect(text).toMatch(/^# Waybill\n\n> OpenTelemetry for the message queues of Node\.js/);
  expect(text).toContain(
    '\n- [Getting started](https://example.com/docs/getting-started.md): From an empty folder to two linked traces, in about five minutes.\n',
  );
  expect(text.match(/^- /gm)).toHaveLength(pages.length);
});

it('writes llms-full.txt: the text of all pages', () => {
  const text = llmsFullText(sections);
  for (const page of pages) expect(text).toContain(page.text.trim());
});
