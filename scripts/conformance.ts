import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AdapterHarness, ConformanceRow } from '@waybill/testing/conformance';
import { runConformance } from '@waybill/testing/conformance';

/** Every adapter that has a harness takes part. */
const root = join(import.meta.dirname, '..');
const files = globSync('{packages,examples}/*/test/*harness.ts', { cwd: root }).sort();
const modules: { harness: AdapterHarness }[] = await Promise.all(
  files.map((file) => import(join(root, file))),
);
const harnesses = modules.map(({ harness }) => harness);

const usage = `Usage: pnpm conformance [${harnesses.map(({ broker }) => broker).join('|')}...] [--json FILE]`;

process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = choose();
  if (chosen === undefined) {
    console.error(usage);
    return 2;
  }
  const rows: ConformanceRow[] = [];
  for (const harness of chosen.harnesses) {
    rows.push(
      ...(await runConformance(harness, ({ broker, scenario, result }) => {
        process.stderr.write(`${broker}: ${scenario}: ${result}\n`);
      })),
    );
  }
  console.log(conformanceTable(rows));
  if (chosen.file !== undefined) writeFileSync(chosen.file, `${JSON.stringify(rows, null, 2)}\n`);
  return rows.some(({ result }) => result === 'failed') ? 1 : 0;
}

function choose():
  | { readonly harnesses: readonly AdapterHarness[]; readonly file: string | undefined }
  | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'string' } },
    });
    const named = positionals.map((name) => harnesses.find(({ broker }) => broker === name));
    if (named.includes(undefined)) return undefined;
    const found = named.filter((harness) => harness !== undefined);
    return { harnesses: found.length === 0 ? harnesses : found, file: values.json };
  } catch {
    return undefined;
  }
}

/** Scenarios by broker as a table, with every reason below it. */
function conformanceTable(rows: readonly ConformanceRow[]): string {
  const brokers = [...new Set(rows.map(({ broker }) => broker))];
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const width = Math.max(...scenarios.map(({ length }) => length), 'scenario'.length);
  const line = (first: string, cells: readonly string[]): string =>
    [first.padEnd(width), ...cells.map((cell) => cell.padEnd(8))].join('  ').trimEnd();
  const resultOf = (scenario: string, broker: string): string =>
    rows.find((row) => row.scenario === scenario && row.broker === broker)?.result ?? '-';
  const count = (result: string): number => rows.filter((row) => row.result === result).length;
  const reasons = rows
    .filter(({ reason }) => reason !== '')
    .map(({ broker, scenario, result, reason }) => `${result} on ${broker}: ${scenario}\n  ${reason}`);
  return [
    line('scenario', brokers),
    ...scenarios.map((scenario) =>
      line(
        scenario,
        brokers.map((broker) => resultOf(scenario, broker)),
      ),
    ),
    '',
    ...reasons,
    `${count('passed')} passed, ${count('failed')} failed, ${count('excused')} excused`,
  ].join('\n');
}
