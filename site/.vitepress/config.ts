import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { llmsFullText, llmsText } from '../src/llms-text.ts';
import { linkOnSite, sitePath } from '../src/repository-links.ts';
import { type SitePage, siteSections } from '../src/site-pages.ts';

const root = join(import.meta.dirname, '../..');
const base = '/waybill/';
const sections = siteSections(root);
const pages = sections.flatMap((section) => section.pages);
const paths = new Set(pages.map(({ path }) => path));

/** The Markdown of the repository as it lies there: nothing is copied. */
export default defineConfig({
  title: 'Waybill',
  description: 'OpenTelemetry for the message queues of Node.js',
  base,
  srcDir: '..',
  srcExclude: [
    '{examples,tools,fuzz,reliability,benchmarks,findings,scripts,site,.changeset,.github}/**',
    'packages/*/!(README).md',
    'packages/*/*/**',
  ],
  rewrites: sitePath,
  cleanUrls: true,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}favicon.svg` }]],
  markdown: {
    // Headings have the anchors that they have on GitHub.
    anchor: { slugify: (heading) => slug(heading) },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    config(markdown) {
      markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
        const page = relative(root, env.realPath ?? env.path);
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.attrGet('href');
          if (href !== null && paths.has(page)) token.attrSet('href', linkOnSite(page, href, paths));
        }
      });
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // What a page explains comes before the members of the reference. It runs in the browser, as text.
            boostDocument: (id: string) => (id.includes('/docs/api/') ? 0.2 : 1),
          },
        },
      },
    },
    nav: [
      { text: 'Getting started', link: '/docs/getting-started' },
      { text: 'Policy', link: '/docs/policy' },
      { text: 'Telemetry', link: '/docs/telemetry' },
      { text: 'Reference', link: '/docs/api/' },
    ],
    sidebar: [
      ...sections.map(({ title, pages: members }, index) => ({
        text: title,
        collapsed: index > 2,
        items: members.map(menuItem),
      })),
      { text: 'Reference', collapsed: true, items: referenceItems() },
    ],
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: 'https://github.com/waybill-js/waybill' }],
    editLink: { pattern: 'https://github.com/waybill-js/waybill/edit/main/:path' },
  },
  vite: {
    publicDir: join(root, 'site/public'),
    // The index of the search is larger.
    build: { chunkSizeWarningLimit: 3_000 },
  },
  buildEnd({ outDir }) {
    writeFileSync(
      join(outDir, 'llms.txt'),
      llmsText(sections, `https://waybill-js.github.io${base.slice(0, -1)}`),
    );
    writeFileSync(join(outDir, 'llms-full.txt'), llmsFullText(sections));
    for (const { path, text } of pages) {
      mkdirSync(dirname(join(outDir, path)), { recursive: true });
      writeFileSync(join(outDir, path), text);
    }
  },
});

/** The modules of the reference, which is written before the site is built. */
function referenceItems(): { text: string; link: string }[] {
  const modules = globSync('docs/api/@waybill/**/*.md', { cwd: root }).map((path) =>
    path.slice(0, -'.md'.length),
  );
  return modules.sort().map((path) => ({ text: path.slice('docs/api/'.length), link: `/${path}` }));
}

function menuItem({ path, title }: SitePage): { text: string; link: string } {
  const link = `/${sitePath(path).replace(/(?:index)?\.md$/, '')}`;
  return { text: path === 'README.md' ? 'What Waybill is' : title, link };
}
