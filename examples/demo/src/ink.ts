import { styleText } from 'node:util';

/** How text is set off: in colours where a person looks, not at all where they are not wanted. */
export interface Ink {
  strong(text: string): string;
  faint(text: string): string;
  mark(text: string): string;
}

/** Colours on a terminal, unless `NO_COLOR` is set. */
export function inkFor(stream: { readonly isTTY?: boolean }): Ink {
  const coloured = stream.isTTY === true && !process.env.NO_COLOR;
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    coloured ? styleText(format, text, { validateStream: false }) : text;
  return { strong: style('bold'), faint: style('dim'), mark: style('cyan') };
}
