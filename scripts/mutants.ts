import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findMutants, type Mutant } from './mutants/find-mutants.ts';
import { isKilled, packageOf, relatedTestsPass } from './mutants/run-mutant.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    project: { type: 'string', default: 'unit' },
  },
});
const patterns = [
  'packages/core/src/{policy,propagation,operations,spans,metrics,history,ground}/**/*.ts',
  'packages/core/src/queue-telemetry*.ts',
  'packages/{amqplib,bullmq,kafkajs,sqs}/src/**/*.ts',
];
const files = globSync(patterns, { cwd: root, exclude: ['**/*.test.ts'] }).filter(
  (file) => positionals.length === 0 || positionals.some((path) => file.includes(path)),
);
const all = files.sort().flatMap((file) => findMutants(file, readFileSync(join(root, file), 'utf8')));
const chosen = values.sample === undefined ? all : sampleOf(Number(values.sample));
const known = readFileSync(join(root, 'scripts/mutants/survivors.md'), 'utf8');

const copy = copyOfRepository();
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** How long the tests of a package take without a mutant, in ms; `undefined` where they fail. */
const durations = new Map<string, number | undefined>();
const tallies = new Map<string, { killed: number; known: number; alive: number }>();
for (const mutant of chosen) {
  const { file } = mutant;
  // Tests that fail without a mutant kill none.
  const ownPackage = packageOf(file);
  if (!durations.has(ownPackage)) durations.set(ownPackage, await durationOf(`${ownPackage}/src/index.ts`));
  const duration = durations.get(ownPackage);
  if (duration === undefined)
    throw new Error(`The tests of ${ownPackage} fail without a mutant; fix them first.`);
  const tally = tallies.get(dirname(file)) ?? { killed: 0, known: 0, alive: 0 };
  tallies.set(dirname(file), tally);
  if (await isKilled(copy, mutant, values.project, 10_000 + 2 * duration)) tally.killed++;
  else if (isKnown(mutant)) tally.known++;
  else {
    tally.alive++;
    process.stdout.write(`alive: ${file}:${mutant.line}: ${mutant.change}\n`);
  }
}
process.stdout.write(`\n${chosen.length} of ${all.length} mutants\n`);
for (const [folder, { killed, known, alive }] of tallies) {
  const share = Math.round((100 * killed) / (killed + known + alive));
  process.stdout.write(`${folder}: ${killed} killed (${share} %), ${known} known to live, ${alive} alive\n`);
}

/** As many mutants as asked for, in their order. The same seed takes the same ones. */
function sampleOf(count: number): Mutant[] {
  const rank = ({ file, line, change }: Mutant): string =>
    hash('sha1', `${values.seed} ${file} ${line} ${change}`);
  const taken = new Set(all.toSorted((one, other) => rank(one).localeCompare(rank(other))).slice(0, count));
  return all.filter((mutant) => taken.has(mutant));
}

async function durationOf(file: string): Promise<number | undefined> {
  const began = performance.now();
  const passed = await relatedTestsPass(copy, file, values.project, 600_000);
  return passed ? performance.now() - began : undefined;
}

function isKnown({ file, change }: Mutant): boolean {
  return known.includes(`| \`${file}\` | \`${change.replaceAll('|', '\\|')}\` |`);
}

/** A copy of the files that git knows, so nothing here is touched. The installed packages are shared. */
function copyOfRepository(): string {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-mutants-'));
  const names = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const name of names.trim().split('\n')) cpSync(join(root, name), join(directory, name));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  // The links are relative. Those to other packages of the repository lead to the copies.
  for (const links of globSync('{packages,tools}/*/node_modules', { cwd: root })) {
    cpSync(join(root, links), join(directory, links), { recursive: true, verbatimSymlinks: true });
  }
  return directory;
}
