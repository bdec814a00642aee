/** A fenced block of a page. */
export interface Snippet {
  /** The page's path from the root of the repository, and the line of the fence: `docs/policy.md:12`. */
  readonly place: string;

  /** The first word after the fence: `ts`, `sh`, `yaml`. Empty where there is none. */
  readonly language: string;

  /** The other words after the fence, such as `no_run`. */
  readonly marks: readonly string[];

  readonly code: string;

  /** What the comment `<!-- setup … -->` before the fence declares, for a fragment. */
  readonly setup: string;

  /** What the program prints: the block ` ```text output ` that follows it. */
  readonly output?: string | undefined;
}

const fence =
  /^(?:<!-- setup\n(?<setup>.*?)^-->\n+)?^(?<ticks>```+)(?<info>[^\n]*)\n(?<code>.*?)^\k<ticks>$/gms;

/**
 * Reads the fenced blocks of a page, in their order. Those that a list or a quotation holds are not read.
 *
 * @param page its path from the root of the repository.
 */
export function readSnippets(page: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  for (const match of text.matchAll(fence)) {
    const { setup = '', info = '', code = '' } = match.groups ?? {};
    const [language = '', ...marks] = info.trim().split(/\s+/);
    const program = snippets.at(-1);
    if (marks.includes('output') && program !== undefined) {
      snippets.splice(-1, 1, { ...program, output: code });
      continue;
    }
    const before = text.slice(0, match.index + match[0].indexOf('```'));
    snippets.push({ place: `${page}:${before.split('\n').length}`, language, marks, code, setup });
  }
  return snippets;
}
