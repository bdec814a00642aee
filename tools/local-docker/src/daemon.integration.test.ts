import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from '@jest/globals';

it('stops a daemon when the last process that holds its lock is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-daemon-'));
  const [lock, log] = [join(folder, 'lock'), join(folder, 'log')];
  const daemon = ['sh', '-c', 'echo $$; exec sleep 1000'];
  const first = await run(`startDaemon(${JSON.stringify(daemon)}, '${log}', '${lock}')`);
  const second = await run(`holdDaemon('${lock}')`);
  while (!existsSync(log) || readFileSync(log, 'utf8') === '') await setTimeout(10);
  const pid = Number(readFileSync(log, 'utf8'));

  await kill(first);
  await kill(await run(`holdDaemon('${lock}')`));
  expect(existsSync(`/proc/${pid}`)).toBe(true);

  await kill(second);
  while (existsSync(`/proc/${pid}`)) await setTimeout(10);
  rmSync(folder, { recursive: true });
});

/** Runs a function of `daemon.ts` in a process of its own, which then goes on. */
async function run(call: string): Promise<ChildProcess> {
  const program = `import { holdDaemon, startDaemon } from '${join(import.meta.dirname, 'daemon.ts')}';
    await ${call};
    console.log('done');
    setInterval(() => {}, 1_000_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
