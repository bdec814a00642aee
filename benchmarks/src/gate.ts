import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateGroups } from './groups/gate-groups.ts';
import { figuresOf } from './measure/row-of.ts';
import { runGroup } from './run-group.ts';

/** Numbers by their names, such as `kafkajs/recorded/bytes`. */
export type GateFigures = Readonly<Record<string, number>>;

const path = join(import.meta.dirname, '../figures.json');

/** How much more of anything is allowed. */
const allowance = 0.03;

/**
 * Measures what does not depend on the machine: the bytes that Waybill allocates for a message in code that is not compiled, the
 * spans and attributes of a recorded message, and the size of core.
 */
export async function gateFigures(): Promise<GateFigures> {
  const settings = { quick: true, urls: {} };
  const processes = gateGroups.map((group) => runGroup(group, settings, ['--no-opt', '--no-maglev']));
  const measured = Object.assign({}, ...(await Promise.all(processes)).flat());
  const figure = figuresOf(measured);
  const figures: Record<string, number> = { 'core/kB': figure('core', 'kB') };
  for (const variant of Object.keys(measured).filter((name) => name.endsWith(' waybill'))) {
    const name = variant.replace(' waybill', '');
    figures[`${name}/bytes`] = figure(variant, 'bytes') - figure(`${name} bare`, 'bytes');
    if (!name.endsWith('/recorded')) continue;
    for (const count of ['spans', 'attributes']) figures[`${name}/${count}`] = figure(variant, count);
  }
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
}

/** Says what is more than 3 % above its committed figure, and which spans and attributes are not as many as before. */
export function gateProblems(committed: GateFigures, measured: GateFigures): string[] {
  return Object.entries(measured).flatMap(([name, value]) => {
    const before = committed[name] ?? 0;
    const isExact = /\/(spans|attributes)$/.test(name);
    if (isExact ? value === before : value <= before * (1 + allowance)) return [];
    return [
      `${name} is ${value} and was ${before}. If that is wanted, run "pnpm bench --gate --update" and commit figures.json.`,
    ];
  });
}

/** The figures in `benchmarks/figures.json`. */
export function readCommitted(): GateFigures {
  return JSON.parse(readFileSync(path, 'utf8')) as GateFigures;
}

/** Writes them anew. */
export function writeCommitted(figures: GateFigures): void {
  writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
}
