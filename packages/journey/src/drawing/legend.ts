import type { Row } from '../fold/band.ts';
import { hatchings, relationMarks } from './draw-row.ts';
import { cellsOf } from './terminal-text.ts';

const waits = {
  queue: 'in the queue',
  delay: 'delay as wanted',
  backoff: 'between attempts',
  dependencies: 'for its dependencies',
} as const;

/** Tells of the signs in a drawing what they mean, in lines. Only of those that are there. */
export function legendOf(rows: readonly Row[], width: number): string[] {
  const hops = rows.flatMap((row) => row.hops);
  const parts = new Set(hops.flatMap(({ wait }) => wait?.parts.map(({ what }) => what) ?? []));
  const relations = new Set(hops.map(({ relation }) => relation));
  const isMissing =
    hops.some(({ missing }) => missing !== undefined) || rows.some(({ ghosts }) => ghosts.length > 0);
  const entries = [
    '█ work',
    ...(['delay', 'dependencies', 'queue', 'backoff'] as const)
      .filter((what) => parts.has(what))
      .map((what) => `${hatchings[what]} ${waits[what]}`),
    ...(relations.has('parent') ? [`${relationMarks.parent} child of its sender`] : []),
    ...(relations.has('link') ? [`${relationMarks.link} links to its sender`] : []),
    ...(isMissing ? ['◌ missing'] : []),
  ];
  const lines: string[] = [];
  for (const entry of entries) {
    const longer = lines.length === 0 ? entry : `${lines.at(-1)}   ${entry}`;
    if (lines.length > 0 && cellsOf(longer).length <= width) lines[lines.length - 1] = longer;
    else lines.push(entry);
  }
  return lines;
}
