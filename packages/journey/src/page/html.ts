import { safeText } from '../drawing/terminal-text.ts';

/** Markup that is safe to be shown: every text in it was escaped. */
export class Html {
  readonly markup: string;

  /** @param markup is taken as it is. Only {@link html} and constants of this package may give it. */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in {@link html}. Text is escaped; `undefined` and `false` are nothing. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[];

/**
 * Markup around values. A text from a span is shown as text, whatever is in it, also in an attribute with quotes. Line breaks of the markup itself
 * are left out, with the spaces behind them.
 *
 * @example
 * html`<td title="${name}">${name}</td>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = partsOf(strings);
  let markup = parts[0] ?? '';
  for (const [index, value] of values.entries()) markup += markupOf(value) + (parts[index + 1] ?? '');
  return new Html(markup);
}

const knownParts = new WeakMap<TemplateStringsArray, readonly string[]>();

function partsOf(strings: TemplateStringsArray): readonly string[] {
  const known = knownParts.get(strings);
  if (known !== undefined) return known;
  const parts = strings.map((part) => part.replace(/\n\s*/g, ''));
  knownParts.set(strings, parts);
  return parts;
}

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return plain.test(value) ? value : escaped(value);
  return value.map(markupOf).join('');
}

/** What most names are, which needs no more than this look. */
const plain = /^[\w ./:·,()[\]{}+*#%?=-]*$/;

function escaped(text: string): string {
  return safeText(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};
