import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeImage } from '@waybill/brokers/compose-image';
import type { Cell } from './cell.ts';
import type { Client } from './client.ts';
import { megabytes } from './comparison/differences.ts';
import { duplicatesOf, lostOf, type Outcome, outOfOrderOf } from './comparison/outcome.ts';
import { totalOf } from './comparison/tally.ts';

const path = join(import.meta.dirname, '../../docs/reliability.md');
const marked = /(<!-- table -->\n)([\s\S]*)(<!-- \/table -->)/;

/** Writes the sections of clients into the page, between its marks; those of other clients stay. */
export function writePage(sections: ReadonlyMap<string, string>): void {
  const page = readFileSync(path, 'utf8').replace(marked, (_, start: string, old: string, end: string) => {
    return start + mergeSections(old, sections) + end;
  });
  writeFileSync(path, page);
}

/** The old sections, with those of the same name replaced by new ones. */
export function mergeSections(old: string, sections: ReadonlyMap<string, string>): string {
  const merged = new Map(
    old
      .split(/^(?=### )/m)
      .filter((section) => section.startsWith('### '))
      .map((section) => [section.slice(4, section.indexOf('\n')), section]),
  );
  for (const [name, section] of sections) merged.set(name, section);
  return [...merged.values()].join('');
}

/** The results of one client, as a section of the page. */
export function sectionOf(client: Client, messages: number, cells: readonly Cell[]): string {
  const versions = client.packages.map((name) => `${name} ${versionOf(name)}`).join(', ');
  const sentences = cells.flatMap(({ fault, differences }) =>
    differences.map((difference) => `- ${fault.name}: ${difference}`),
  );
  return `### ${client.name}

${versions}, ${composeImage(client.broker)}, Node.js ${process.version}; ${messages} messages a run.

${tableOf(client, cells)}

${sentences.length === 0 ? 'No difference.' : sentences.join('\n')}

`;
}

const columns = [
  'fault',
  'lost',
  'duplicates',
  'out of order',
  'errors',
  'unhandled',
  'open spans',
  'heap, MB',
  '',
];

/** Cells as a table in Markdown. A cell of the table says `bare / traced`, and where there were several runs, each of them. */
export function tableOf({ ordered }: Pick<Client, 'ordered'>, cells: readonly Cell[]): string {
  const rows = cells.map(({ fault, bare, traced, differences }) => {
    const both = (of: (run: Outcome) => number | string): string =>
      `${bare.map(of).join(', ')} / ${traced.map(of).join(', ')}`;
    return [
      fault.name,
      both((run) => lostOf(run).length),
      both(duplicatesOf),
      ordered ? both(outOfOrderOf) : '',
      both(({ errors }) => totalOf(errors)),
      both(({ unhandled }) => totalOf(unhandled)),
      traced.map(({ openSpans, spans }) => `${totalOf(openSpans)} of ${spans}`).join(', '),
      both(({ heapGrowth }) => megabytes(heapGrowth)),
      differences.length === 0 ? 'same' : 'differs',
    ];
  });
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function versionOf(name: string): string {
  const manifest = join(import.meta.dirname, '../node_modules', name, 'package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
