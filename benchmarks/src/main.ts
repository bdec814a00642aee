import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Broker, startBroker } from '@waybill/brokers';
import { clients } from './clients/index.ts';
import { gateFigures, gateProblems, readCommitted, writeCommitted } from './gate.ts';
import { goals } from './goals.ts';
import type { Group, Row, VariantLine } from './group.ts';
import { allGroups, type RunSettings } from './groups/index.ts';
import { figuresOf, rowOf } from './measure/row-of.ts';
import { median } from './measure/statistics.ts';
import { checkOutRevision } from './other-revision.ts';
import { drawPicture } from './picture.ts';
import { runGroup } from './run-group.ts';
import { ratioTable, rowTable, variantTables } from './table.ts';
import { versions } from './versions.ts';

const usage = `Usage: pnpm bench [--quick] [--pages] [--only TEXT] [--against REF] [--json FILE] [--profile DIR]
       pnpm bench --gate [--update]

  --quick         a short run of every row, with wider spreads
  --pages         writes the tables of the documentation also after a short run, and says there that it was one
  --only TEXT     only groups and rows with this in their names, such as kafkajs/recorded
  --against REF   compares with the packages of another revision, a commit, a branch or a tag, side by side
  --json FILE     writes the rows, and what every variant costs
  --profile DIR   writes a CPU profile of every process, for the developer tools of a browser
  --gate          compares what does not depend on the machine with benchmarks/figures.json; fails if it is more
  --update        writes what --gate measured to that file
`;

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    pages: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    against: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
    gate: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else if (values.gate) await runGate();
else await runRows();

async function runGate(): Promise<void> {
  const measured = await gateFigures();
  if (values.update) return writeCommitted(measured);
  for (const [name, value] of Object.entries(measured)) console.log(`${String(value).padStart(8)}  ${name}`);
  const problems = gateProblems(readCommitted(), measured);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function runRows(): Promise<void> {
  const { quick, pages, only, against: ref, json, profile } = values;
  const against = ref === undefined ? {} : { against: { ref, root: checkOutRevision(ref) } };
  const everywhere = Object.fromEntries(clients.map(({ broker }) => [broker, '']));
  const wanted = allGroups({ quick, urls: everywhere, ...against }).filter(
    ({ name, rows }) => name.includes(only) || rows.some((row) => row.name.includes(only)),
  );
  if (wanted.some(({ name }) => name.includes('/import'))) {
    execFileSync('npx', ['--yes', 'pnpm@12', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const brokers = await startBrokers(wanted);
  const urls = Object.fromEntries(brokers.map(([name, { url }]) => [name, url]));
  const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const rows: Row[] = [];
  const lines: VariantLine[] = [];
  try {
    for (const group of wanted) await runOne(group, { quick, urls, ...against }, execArgv, rows, lines);
  } finally {
    for (const [, broker] of brokers) await broker.stop();
  }
  console.log([versions(), rowTable(rows), variantTables(lines)].join('\n\n').trimEnd());
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ rows, variants: lines }, null, 2)}\n`);
  if ((!quick || pages) && only === '' && ref === undefined) writePages(rows, lines, quick);
}

async function runOne(
  group: Group,
  settings: RunSettings,
  execArgv: readonly string[],
  rows: Row[],
  lines: VariantLine[],
): Promise<void> {
  const processes = await runGroup(group, settings, execArgv);
  for (const plan of group.rows) {
    const row = rowOf(plan, processes, goals[plan.name]);
    rows.push(row);
    const goal = row.goal === undefined ? '' : `  (goal ${row.goal})`;
    console.error(`${row.ratio.toFixed(3).padStart(8)}  ${row.name}${goal}`);
  }
  for (const variant of group.shows === undefined ? [] : Object.keys(processes[0] ?? {})) {
    const figures = group.shows?.map((name): [string, number] => [
      name,
      median(processes.map((measured) => figuresOf(measured)(variant, name))),
    ]);
    lines.push({ group: group.name, variant, figures: Object.fromEntries(figures ?? []) });
  }
}

/** Starts the brokers of the groups that need one. */
function startBrokers(groups: readonly Group[]): Promise<[name: string, broker: Broker][]> {
  const needed = clients.filter(({ name }) =>
    groups.some((group) => group.name.startsWith(`${name}/broker`)),
  );
  return Promise.all(
    needed.map(async ({ broker }): Promise<[string, Broker]> => [broker, await startBroker(broker)]),
  );
}

/** Draws the picture, and writes the tables between the marks of pages that are written by hand otherwise. */
function writePages(rows: readonly Row[], lines: readonly VariantLine[], quick: boolean): void {
  const judged = rows.filter(({ goal }) => goal !== undefined);
  writeFileSync(join(root, 'docs/performance.svg'), drawPicture(lines));
  for (const [page, table] of [
    ['benchmarks/README.md', `${rowTable(rows)}\n\n${variantTables(lines)}`],
    ['docs/performance.md', `![What one message costs](performance.svg)\n\n${ratioTable(judged)}`],
  ] as const) {
    const path = join(root, page);
    const short = quick ? ' A short run (`--quick`), whose spreads are wider.' : '';
    const text = `<!-- table -->\n${versions()}${short}\n\n${table}\n<!-- /table -->`;
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/<!-- table -->[\s\S]*<!-- \/table -->/, () => text),
    );
  }
}
