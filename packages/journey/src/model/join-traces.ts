import type { JourneySpan } from '../spans/journey-span.ts';
import { read, textOf } from '../telemetry-names.ts';
import { roleOfLink } from './read-links.ts';
import type { SpanIndex } from './span-index.ts';

/**
 * Groups spans into journeys. Two traces belong to one where a span of one links to the other, where they link to the same third one, which
 * may be missing, and where their spans have the same journey id. Links to whatever was active around a handler do not count: a loop that
 * polls is a neighbour of every message.
 *
 * @returns the spans of each journey, in order.
 */
export function joinTraces(index: SpanIndex): JourneySpan[][] {
  const sets = new DisjointSets();
  for (const span of index.spans) {
    const { traceId, attributes, links } = span;
    const journeyId = textOf(attributes, read.journeyId);
    if (journeyId !== undefined) sets.join(traceId, journeyId);
    for (const link of links) {
      if (roleOfLink(span, link, index) !== 'ambient') sets.join(traceId, link.traceId);
    }
  }
  const groups = new Map<string, JourneySpan[]>();
  for (const span of index.spans) {
    const representative = sets.find(span.traceId);
    const group = groups.get(representative);
    if (group === undefined) groups.set(representative, [span]);
    else group.push(span);
  }
  return [...groups.values()];
}

/** Union and find, without recursion. */
class DisjointSets {
  readonly #parents = new Map<string, string>();

  find(member: string): string {
    let root = member;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    for (let each = member; each !== root; ) {
      const next = this.#parents.get(each) ?? root;
      this.#parents.set(each, root);
      each = next;
    }
    return root;
  }

  join(one: string, other: string): void {
    const a = this.find(one);
    const b = this.find(other);
    if (a !== b) this.#parents.set(b, a);
  }
}
