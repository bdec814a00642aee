import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page of the site. */
export interface SitePage {
  /** From the root of the repository. */
  readonly path: string;
  readonly title: string;

  /** The first paragraph, without links and emphasis. Empty where there is none. */
  readonly summary: string;
  readonly text: string;
}

/** A part of the site's menu. */
export interface SiteSection {
  readonly title: string;
  readonly pages: readonly SitePage[];
}

/** The sections, in their order, and what is in them. A page that two patterns match is where the first one says. */
const sections: Readonly<Record<string, readonly string[]>> = {
  Start: ['README.md', 'docs/getting-started.md'],
  'Brokers and frameworks': [
    ...['sqs', 'kafka', 'rabbitmq', 'bullmq', '*'].map((name) => `docs/brokers/${name}.md`),
    'docs/nestjs.md',
  ],
  Guides: ['docs/guides/*.md'],
  Policy: ['docs/policy.md', 'docs/policy-file.md', 'docs/sampling.md', 'docs/auto.md'],
  Traces: ['docs/telemetry.md', 'docs/journey.md', 'docs/doctor.md', 'docs/carrier.md'],
  More: ['docs/*.md', '*.md'],
  Packages: ['packages/*/README.md'],
  Decisions: ['docs/decisions/*.md'],
};

/** The menu of the site, without the reference: every page of the documentation, once. */
export function siteSections(root: string): SiteSection[] {
  const seen = new Set<string>();
  return Object.entries(sections).map(([title, patterns]) => {
    const pages: SitePage[] = [];
    for (const path of patterns.flatMap((pattern) => globSync(pattern, { cwd: root }).sort())) {
      if (!seen.has(path)) pages.push(readPage(root, path));
      seen.add(path);
    }
    return { title, pages };
  });
}

function readPage(root: string, path: string): SitePage {
  const text = readFileSync(join(root, path), 'utf8');
  const [, title = path] = /^# (.+)$/m.exec(text) ?? [];
  // The first block that is prose, rather than a program, a picture or a table.
  const blocks = text.replaceAll(/^```.*?^```$/gms, '').split(/\n{2,}/);
  const paragraph = blocks.find((block) => /^[A-Za-z`*[]/.test(block.trim())) ?? '';
  const summary = paragraph
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*?([^*]+)\*\*?/g, '$1')
    .replaceAll(/\s+/g, ' ');
  return { path, title: title.replaceAll('`', ''), summary, text };
}
