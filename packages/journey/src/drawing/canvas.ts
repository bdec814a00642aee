import { cellsOf } from './terminal-text.ts';

/** How text looks, where there is colour. */
export type Style = 'plain' | 'strong' | 'faint' | 'work' | 'failed' | 'wait' | 'warning';

const codes: Readonly<Record<Style, string>> = {
  plain: '',
  strong: '1',
  faint: '2',
  work: '36',
  failed: '31',
  wait: '33',
  warning: '35',
};

interface Cell {
  readonly text: string;
  readonly style: Style;
}

/** Lines of cells to be written into in any order. */
export class Canvas {
  readonly #lines: (Cell | undefined)[][] = [];

  get height(): number {
    return this.#lines.length;
  }

  /** Adds an empty line, and gives its number. */
  addLine(): number {
    return this.#lines.push([]) - 1;
  }

  /** Whether nothing was written there. */
  isEmpty(line: number, column: number): boolean {
    return this.#lines[line]?.[column] === undefined;
  }

  write(line: number, column: number, text: string | readonly string[], style: Style = 'plain'): void {
    const cells = typeof text === 'string' ? cellsOf(text) : text;
    const written = this.#lines[line];
    if (written === undefined) return;
    for (const [index, cell] of cells.entries()) written[column + index] = { text: cell, style };
  }

  /** All lines as text. */
  render(colour: boolean): string {
    return this.#lines.map((line) => renderLine(line, colour)).join('\n');
  }
}

function renderLine(line: readonly (Cell | undefined)[], colour: boolean): string {
  let text = '';
  let open: Style = 'plain';
  for (const cell of Array.from(line, (each) => each ?? blank)) {
    if (colour && cell.style !== open && cell.text !== ' ') {
      text += `${open === 'plain' ? '' : '\u001b[0m'}${cell.style === 'plain' ? '' : `\u001b[${codes[cell.style]}m`}`;
      open = cell.style;
    }
    text += cell.text;
  }
  return open === 'plain' ? text.trimEnd() : `${text.trimEnd()}\u001b[0m`;
}

const blank: Cell = { text: ' ', style: 'plain' };
