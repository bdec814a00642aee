import type { SiteSection } from './site-pages.ts';

/** The pages as `llms.txt` lists them, with the address of each one's Markdown. */
export function llmsText(sections: readonly SiteSection[], address: string): string {
  const [first] = sections[0]?.pages ?? [];
  const parts = sections.map(({ title, pages }) => {
    const lines = pages.map((page) => `- [${page.title}](${address}/${page.path})${summaryOf(page.summary)}`);
    return `## ${title}\n\n${lines.join('\n')}`;
  });
  return `# ${first?.title}\n\n> ${first?.summary}\n\n${parts.join('\n\n')}\n`;
}

/** All pages after each other, as `llms-full.txt` has them. */
export function llmsFullText(sections: readonly SiteSection[]): string {
  const pages = sections.flatMap((section) => section.pages);
  return pages.map(({ path, text }) => `<!-- ${path} -->\n\n${text.trim()}\n`).join('\n');
}

/** The first sentence. */
function summaryOf(summary: string): string {
  const [sentence = ''] = /^.*?\.(?= |$)/.exec(summary) ?? [];
  return sentence === '' ? '' : `: ${sentence}`;
}
