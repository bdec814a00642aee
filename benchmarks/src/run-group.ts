import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildTask } from './child.ts';
import type { Group } from './group.ts';
import type { RunSettings } from './groups/index.ts';
import type { Measured } from './measure/run-by-turns.ts';

/** Measures a group in processes of its own, which get these options of Node.js. */
export async function runGroup(
  { name: group, processes, apart }: Group,
  settings: RunSettings,
  execArgv: readonly string[] = [],
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let count = 0; count < processes; count++) {
    const tasks: ChildTask[] = apart?.map((variant) => ({ group, settings, variant })) ?? [
      { group, settings },
    ];
    const parts = await Promise.all(tasks.map((task) => measureInChild(task, execArgv)));
    measured.push(Object.assign({}, ...parts));
  }
  return measured;
}

async function measureInChild(task: ChildTask, execArgv: readonly string[]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(task)], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...execArgv],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The process of ${task.group} ended with ${code} and measured nothing.`);
  });
  // It exits after it has sent what it measured, too.
  failed.catch(() => undefined);
  const [measured] = await Promise.race([once(child, 'message'), failed]);
  return measured as Measured;
}
