import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Group, Measured, Row } from './group.ts';
import type { BrokerUrls } from './groups/index.ts';
import { rowOf } from './measure/row-of.ts';

/** How a run goes about its groups. */
export interface RunSettings {
  readonly quick: boolean;
  readonly urls: BrokerUrls;

  /** More options of Node.js for the processes, such as `--cpu-prof`. */
  readonly execArgv: readonly string[];
}

/** Measures a group in processes of its own. */
export async function runGroup(group: Group, settings: RunSettings): Promise<Row[]> {
  const measured: Measured[] = [];
  for (let count = 0; count < group.processes; count++) measured.push(await measure(group.name, settings));
  return group.rows.map((row) => rowOf(row, measured));
}

async function measure(group: string, { quick, urls, execArgv }: RunSettings): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify({ group, quick, urls })], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...execArgv],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The process of ${group} ended with ${code} and measured nothing.`);
  });
  // It ends after it has told, too.
  failed.catch(() => undefined);
  const [measured] = await Promise.race([once(child, 'message'), failed]);
  return measured as Measured;
}
