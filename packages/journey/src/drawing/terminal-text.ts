/** What a terminal would obey, or what would change the order of the text: control characters, and marks for the direction of text. */
const unsafe = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text that takes two cells: East Asian scripts, their forms, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

const withoutWidth = /[\p{Mn}\p{Me}\u200b-\u200d\ufeff]/u;

/**
 * A name from a span, as a terminal may be shown it: control characters, and marks that change the direction of text, become `\ufffd`.
 *
 * @example
 * console.log(safeText(span.name));
 */
export function safeText(text: string): string {
  return text.replace(unsafe, '\ufffd');
}

/** Text in cells: each what is written into it; an empty one behind text that takes two. */
export function cellsOf(text: string): string[] {
  const cells: string[] = [];
  for (const character of safeText(text)) {
    if (withoutWidth.test(character)) continue;
    cells.push(character);
    if (wide.test(character)) cells.push('');
  }
  return cells;
}

/** Text in at most that many cells, the last of them `…` where it is longer. */
export function fitted(text: string, width: number): string[] {
  const cells = cellsOf(text);
  if (cells.length <= width) return cells;
  const cut = cells.slice(0, Math.max(0, width - 1));
  // Half of what takes two cells is nothing.
  if (cells[cut.length] === '') cut[cut.length - 1] = ' ';
  return width < 1 ? [] : [...cut, '…'];
}
