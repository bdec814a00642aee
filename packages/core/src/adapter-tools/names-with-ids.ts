/** From how many names of one pattern on they are taken to have ids in them. */
const manyNames = 20;

/** How many patterns are watched, at most. */
const mostPatterns = 100;

/**
 * Notices destinations that have ids in their names, such as `shop:order.4711`: each is a span name of its own.
 *
 * @example
 * const pattern = names.note(destination);
 * if (pattern !== undefined) instrumenter.report(`Many destinations are named ${pattern}`);
 */
export class NamesWithIds {
  readonly #names = new Map<string, Set<string>>();

  /** @returns the pattern of a name, such as `shop:order.*`, when it is the twentieth of that pattern. */
  note(name: string): string | undefined {
    if (!digit.test(name)) return undefined;
    const pattern = name.replace(word, (found) => (digit.test(found) ? '*' : found));
    let names = this.#names.get(pattern);
    if (names === undefined) {
      if (this.#names.size >= mostPatterns) return undefined;
      names = new Set();
      this.#names.set(pattern, names);
    }
    if (names.size >= manyNames || names.has(name)) return undefined;
    names.add(name);
    return names.size === manyNames ? pattern : undefined;
  }
}

const word = /[\da-z]+/gi;
const digit = /\d/;
