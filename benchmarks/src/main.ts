import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBroker } from '@waybill/brokers';
import type { Row } from './group.ts';
import { allGroups, type BrokerUrls } from './groups/index.ts';
import { runGroup } from './run-group.ts';
import { tableOf } from './table.ts';

const usage = `Usage: pnpm bench [--quick] [--only TEXT] [--json FILE] [--profile DIR]

  --quick         a short run of every row, with wider spreads
  --only TEXT     only groups and rows with this in their names, such as kafkajs/recorded
  --json FILE     writes the rows
  --profile DIR   writes a CPU profile of every process, for the developer tools of a browser
`;

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const { quick, only = '' } = values;
const wanted = allGroups(quick, { kafka: '', rabbitmq: '', redis: '', sqs: '' }).filter(
  ({ name, rows }) => name.includes(only) || rows.some((row) => row.name.includes(only)),
);
if (wanted.some(({ name }) => name.includes('/import'))) {
  execFileSync('npx', ['--yes', 'pnpm@12', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
const { urls, stop } = await brokersFor(wanted.map(({ name }) => name));
const execArgv = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
const rows: Row[] = [];
for (const group of wanted) {
  const measured = await runGroup(group, { quick, urls, execArgv });
  rows.push(...measured);
  for (const { name, ratio, goal } of measured) {
    console.error(`${ratio.toFixed(3).padStart(8)}  ${name}${goal === undefined ? '' : `  (goal ${goal})`}`);
  }
}
await stop();

console.log(tableOf(rows));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
if (!quick && only === '') writeTables();

async function brokersFor(
  names: readonly string[],
): Promise<{ urls: BrokerUrls; stop: () => Promise<void> }> {
  const [kafka, rabbitmq, redis, sqs] = await Promise.all([
    names.includes('kafkajs/broker') ? startBroker('kafka') : undefined,
    names.includes('amqplib/broker') ? startBroker('rabbitmq') : undefined,
    names.includes('bullmq/broker') ? startBroker('redis') : undefined,
    names.includes('sqs/broker') ? startBroker('sqs') : undefined,
  ]);
  return {
    urls: {
      ...(kafka && { kafka: kafka.url }),
      ...(rabbitmq && { rabbitmq: rabbitmq.url }),
      ...(redis && { redis: redis.url }),
      ...(sqs && { sqs: sqs.url }),
    },
    async stop() {
      await kafka?.stop();
      await rabbitmq?.stop();
      await redis?.stop();
      await sqs?.stop();
    },
  };
}

/** The tables stand between marks, in pages that are written by hand otherwise. */
function writeTables(): void {
  const machine = `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`;
  const goals = rows.filter(({ goal }) => goal !== undefined);
  for (const [page, shown] of [
    ['benchmarks/README.md', rows],
    ['docs/performance.md', goals],
  ] as const) {
    const path = join(root, page);
    const table = `<!-- table -->\n${machine}\n\n${tableOf(shown)}\n<!-- /table -->`;
    const text = readFileSync(path, 'utf8').replace(/<!-- table -->[\s\S]*<!-- \/table -->/, () => table);
    writeFileSync(path, text);
  }
}
