import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';

/** How deep values are nested at most. */
export const deepest = 64;

/** How many values there are at most, those counted again that an alias repeats. */
const mostValues = 200_000;

/** A mistake at a place of a text, counted in characters from its start. */
export interface OffsetMistake {
  readonly offset: number;
  readonly message: string;
}

type Entries = ReadonlyMap<string, { readonly offset: number; readonly value: ParsedNode | null }>;

/** Makes plain values of the nodes of a document, each node once. */
export class TreeReader {
  readonly mistakes: OffsetMistake[] = [];
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #targets = new Map<Alias, ParsedNode>();
  readonly #entries = new Map<YAMLMap, Entries>();

  /** The values of nodes that have an anchor, and how many values they are. A node that is still being read is not there. */
  readonly #finished = new Map<ParsedNode, { readonly value: unknown; readonly count: number }>();
  #count = 0;

  /** The plain value of a node. Meaningless where there is a mistake. */
  read(node: ParsedNode | null, depth: number = 0): unknown {
    if (node === null) return null;
    if (depth > deepest) return this.#wrong(node, tooDeep);
    this.#count += 1;
    if (isAlias(node)) return this.#readAlias(node);
    if (node.anchor === undefined) return this.#readContents(node, depth);
    this.#anchors.set(node.anchor, node);
    const before = this.#count;
    const value = this.#readContents(node, depth);
    this.#finished.set(node, { value, count: this.#count - before });
    return value;
  }

  /** Where the key or the item stands that a path leads to, as far as it does. */
  offsetOf(root: ParsedNode | null, path: readonly string[]): number {
    let offset = root?.range[0] ?? 0;
    let node = root;
    for (const key of path) {
      const target = node !== null && isAlias(node) ? this.#targets.get(node) : node;
      if (isMap(target)) {
        const entry = this.#entries.get(target)?.get(key);
        if (entry === undefined) return offset;
        offset = entry.offset;
        node = entry.value;
      } else if (isSeq(target)) {
        const item = target.items[Number(key)] as ParsedNode | undefined;
        if (item === undefined) return offset;
        offset = item.range[0];
        node = item;
      } else {
        return offset;
      }
    }
    return offset;
  }

  #readContents(node: Exclude<ParsedNode, Alias.Parsed>, depth: number): unknown {
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => this.read(item as ParsedNode, depth + 1));
    return this.#readMap(node, depth);
  }

  #readMap(map: YAMLMap.Parsed, depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    const entries = new Map<string, { offset: number; value: ParsedNode | null }>();
    this.#entries.set(map, entries);
    for (const pair of map.items) {
      const key = String(this.read(pair.key));
      const [offset] = pair.key.range;
      if (entries.has(key)) {
        this.mistakes.push({
          offset,
          message: `${JSON.stringify(key)} stands twice. Leave one of them out.`,
        });
      }
      entries.set(key, { offset, value: pair.value });
      const content = this.read(pair.value, depth + 1);
      // Assigning to `__proto__` would set something else.
      Object.defineProperty(value, key, {
        value: content,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return value;
  }

  #readAlias(alias: Alias.Parsed): unknown {
    const target = this.#anchors.get(alias.source);
    if (target === undefined)
      return this.#wrong(alias, `there is no anchor &${alias.source} before this alias.`);
    this.#targets.set(alias, target);
    const finished = this.#finished.get(target);
    if (finished === undefined) {
      return this.#wrong(
        alias,
        `*${alias.source} stands inside of &${alias.source}, so it would have no end.`,
      );
    }
    this.#count += finished.count;
    if (this.#count > mostValues) {
      return this.#wrong(alias, `with what aliases repeat, there are more than ${mostValues} values.`);
    }
    return finished.value;
  }

  #wrong(node: ParsedNode, message: string): undefined {
    this.mistakes.push({ offset: node.range[0], message });
    return undefined;
  }
}

export const tooDeep: string = `values are nested deeper than ${deepest} levels.`;
