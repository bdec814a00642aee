/** How many names of one rule are told apart. More are taken to be without end, as they are where ids are in them. */
const mostNames = 200;

/** Counts distinct names, up to {@link mostNames}. It keeps hashes, as names may be of a sender's making. */
export class DistinctNames {
  readonly #hashes = new Set<number>();

  /** Whether a name was among the first that there were. */
  isAmongFirst(name: string): boolean {
    const hash = hashOf(name);
    if (this.#hashes.has(hash)) return true;
    if (this.#hashes.size >= mostNames) return false;
    this.#hashes.add(hash);
    return true;
  }
}

/**
 * What a template for names like this one may be, for a person to start from: `orders.{id}` for `orders.4711`. In each part of the
 * name, what follows the last dash or underscore before a digit is taken for an id.
 */
function suggestedTemplate(name: string): string {
  const parts = name.slice(0, 256).split(/([.:/])/);
  const suggested = parts.map((part) => part.replace(/(^|[-_])[^-_]*\d.*$/s, '$1{id}')).join('');
  return suggested === name ? 'orders.{id}' : suggested;
}

/** What is said where a rule has more names than are told apart, such as that of this destination. */
export function tooManyNames(pattern: string, destination: string): string {
  return `More than ${mostNames} destinations go by the rule ${JSON.stringify(pattern)}, and each is a span name of its own. Give the rule a template that stands for them, such as name: ${JSON.stringify(suggestedTemplate(destination))}, or keep ids in headers. Metrics of further queues have the rule's pattern in place of a name`;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
