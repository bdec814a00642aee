import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startBroker } from '@waybill/brokers';
import { openProxy } from './broker-proxy.ts';
import { type Cell, runCells } from './cell.ts';
import type { Client } from './client.ts';
import { startCollectors } from './collectors.ts';
import { faults, noFault } from './faults/index.ts';
import { clientNames, loadClient } from './load-client.ts';
import { sectionOf, tableOf, writePage } from './page.ts';

const usage = `Usage: pnpm faults [${clientNames.join('|')}...] [--fault TEXT] [--messages N] [--rounds N] [--json FILE]

  --fault TEXT    only faults with this in their names
  --messages N    how many go through each run, 10000 unless said otherwise
  --rounds N      how often each fault is run, bare and traced, 1 unless said otherwise
  --json FILE     writes what became of every run

Every fault with all its messages is written into docs/reliability.md. Ends with 1 where anything is worse with Waybill.
`;

const whole = 10_000;
process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = choose();
  if (chosen === undefined) {
    console.error(usage);
    return 2;
  }
  const { messages, rounds } = chosen;
  const sections = new Map<string, string>();
  const results: { client: string; cells: readonly Cell[] }[] = [];
  for (const name of chosen.clients) {
    const client = await loadClient(name);
    const cells = await runClient(client, chosen);
    results.push({ client: client.name, cells });
    sections.set(client.name, sectionOf(client, messages, cells));
    console.log(`\n${client.name}, bare / with Waybill\n\n${tableOf(client, cells)}`);
  }
  if (chosen.file !== undefined) writeFileSync(chosen.file, `${JSON.stringify(results, null, 2)}\n`);
  if (chosen.faults.length === faults.length && messages >= whole && rounds > 0) writePage(sections);
  return results.every(({ cells }) => cells.every(({ differences }) => differences.length === 0)) ? 0 : 1;
}

async function runClient(
  client: Client,
  { faults, messages, rounds }: NonNullable<ReturnType<typeof choose>>,
): Promise<Cell[]> {
  const broker = await startBroker(client.broker, { own: true, durable: true });
  const proxy = await openProxy(broker.url);
  const collectors = await startCollectors();
  try {
    return await runCells({ client, broker, proxy, collectors, messages }, faults, rounds, (cell) => {
      const said = cell.differences.length === 0 ? 'same' : cell.differences.join(' ');
      console.error(`${client.name}: ${cell.fault.name}: ${said}`);
    });
  } finally {
    collectors.stop();
    proxy.close();
    await broker.stop();
  }
}

function choose() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        fault: { type: 'string', default: '' },
        messages: { type: 'string', default: String(whole) },
        rounds: { type: 'string', default: '1' },
        json: { type: 'string' },
      },
    });
    if (!positionals.every((name) => clientNames.includes(name))) return undefined;
    const named = faults.filter(({ name }) => name.includes(values.fault));
    return {
      clients: positionals.length === 0 ? clientNames : positionals,
      // What telemetry faults are compared with comes first.
      faults: named.length === 0 ? [noFault] : named,
      messages: Number(values.messages),
      rounds: Number(values.rounds),
      file: values.json,
    };
  } catch {
    return undefined;
  }
}
