import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AdapterHarness, ConformanceRow } from '@waybill/testing/conformance';
import { runConformance } from '@waybill/testing/conformance';
import { harness as kafka } from '../packages/kafkajs/test/harness.ts';
import { harness as sqs } from '../packages/sqs/test/harness.ts';
import { harness as memory } from '../packages/testing/test/harness.ts';
import { conformanceTable } from './conformance-table.ts';

const harnesses: readonly AdapterHarness[] = [memory, sqs, kafka];
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
