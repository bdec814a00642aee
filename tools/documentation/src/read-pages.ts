import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSnippets, type Snippet } from './read-snippets.ts';

/** The pages whose snippets are tested, by their paths from the root of the repository. */
export function documentationPages(root: string): string[] {
  return globSync(['README.md', 'packages/*/README.md', 'docs/**/*.md'], {
    cwd: root,
    exclude: ['docs/api/**', '**/node_modules/**'],
  }).sort();
}

/** The snippets of all pages. */
export function documentationSnippets(root: string): Snippet[] {
  return documentationPages(root).flatMap((page) =>
    readSnippets(page, readFileSync(join(root, page), 'utf8')),
  );
}
