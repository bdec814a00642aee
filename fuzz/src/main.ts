import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { adapters } from './adapters/index.ts';
import { formatFailure, growthOf, tableOf } from './summary.ts';
import { runTasks, type Task } from './worker-pool.ts';

const names = adapters.map(({ name }) => name);
const usage = `Usage: pnpm fuzz [--cases N] [--adapter NAME] [--seed S] [--replay PLACE] [--workers N]

  --cases N       over all adapters; default 20000
  --adapter NAME  only this one: ${names.join(', ')}
  --seed S        the same seed and number give the same cases; default a new one
  --replay PLACE  only the case at this place, as a failure prints it
  --workers N     processes; default one a core
`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    adapter: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    replay: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});
const chosen = names.filter((name) => values.adapter === undefined || name === values.adapter);
const [cases, seed, workers] = [values.cases, values.seed, values.workers].map(Number) as [
  number,
  number,
  number,
];
if (values.help || chosen.length === 0 || ![cases, seed, workers].every(Number.isSafeInteger)) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

/** Cases that one seed makes: more would make a failure expensive to repeat. */
const mostCases = 10_000;

/** The most memory of a worker after a collection, in bytes, for all adapters in all setups. */
const mostHeap = 256 * 1_048_576;

const share = Math.ceil(cases / chosen.length);
const tasks: Task[] = [];
for (let from = 0; from < share; from += mostCases) {
  for (const adapter of chosen) {
    const { replay } = values;
    tasks.push({ adapter, cases: Math.min(mostCases, share - from), seed: seed + from / mostCases, replay });
  }
}

const began = performance.now();
console.error(`Seed ${seed}, ${tasks.length} parts of at most ${mostCases} cases`);
const { results, heaps } = await runTasks(tasks, Math.min(workers, tasks.length), ({ adapter, failures }) => {
  process.stderr.write(failures.length === 0 ? '.' : `\n${adapter} failed\n`);
});
const failures = results.flatMap((result) => result.failures);
for (const failure of failures.slice(0, 20)) console.log(formatFailure(failure));
console.log(`\n${tableOf(results)}\n`);
const seconds = ((performance.now() - began) / 1_000).toFixed(0);
console.log(`${seconds} s; heap after a collection: ${heaps.map(growthOf).join('; ')}`);
const hasGrown = heaps.flat().some((bytes) => bytes > mostHeap);
if (hasGrown) console.log(`A worker keeps more than ${growthOf([mostHeap]).split(' ')[0]} MB`);
process.exitCode = failures.length === 0 && !hasGrown ? 0 : 1;
