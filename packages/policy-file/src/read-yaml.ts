import { type ErrorCode, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { TreeReader, tooDeep } from './tree-reader.ts';

/** A place in a text. Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a text, where it stands. */
export interface PlacedMistake extends Place {
  readonly message: string;
}

/** A text that was read: its value, and where each part of it stands. */
export interface ReadYaml {
  /** A plain value; meaningless where there are mistakes. */
  readonly value: unknown;
  readonly mistakes: readonly PlacedMistake[];

  /** Where the key stands that a path leads to, or the closest one before it that there is. */
  placeOf(path: readonly string[]): Place;
}

/** Reads a text of YAML 1.2, of which JSON is a part. It never throws. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument<ParsedNode>(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      // The parser would compare each key with each other one.
      uniqueKeys: false,
    });
    const tree = new TreeReader();
    const value = tree.read(document.contents);
    const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
      ...placeAt(pos[0]),
      message: `${explain(code, message)}${quotesFor(text.charAt(pos[0]))}`,
    }));
    return {
      value,
      mistakes:
        problems.length > 0
          ? firstOfLines(problems)
          : tree.mistakes.map(({ offset, message }) => ({ ...placeAt(offset), message })),
      placeOf: (path) => placeAt(tree.offsetOf(document.contents, path)),
    };
  } catch (error) {
    // Reading calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    const start = { line: 1, column: 1 };
    return { value: undefined, mistakes: [{ ...start, message: tooDeep }], placeOf: () => start };
  }
}

/** What the parser says, in the words of this package where its own are about itself. */
function explain(code: ErrorCode, message: string): string {
  if (message.startsWith('Maximum call stack size')) return tooDeep;
  if (code === 'NON_STRING_KEY') return 'a key is a text.';
  if (code === 'MULTIPLE_DOCS') return 'there is more than one document. Leave out what stands from here on.';
  return message.endsWith('.') ? message : `${message}.`;
}

/** The fix where what stands at a mistake has a meaning in YAML, and may be meant as a name. */
function quotesFor(character: string): string {
  return /[*&!?@`%|>]/.test(character)
    ? ` If it is a name or a pattern, put it in quotes, as in '${character}-orders'.`
    : '';
}

/** A mistake leads to further ones in its line. */
function firstOfLines(mistakes: readonly PlacedMistake[]): PlacedMistake[] {
  const lines = new Set<number>();
  return mistakes.filter(({ line }) => {
    const isFirst = !lines.has(line);
    lines.add(line);
    return isFirst;
  });
}
