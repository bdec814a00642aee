import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { report } from '../report.ts';
import { commandPath } from '../run-command.ts';
import { keeperAddress, leaseEngine } from './lease-engine.ts';

const logFile = join(tmpdir(), 'waybill-dockerd.log');

/**
 * Starts a Docker engine that ends by itself a moment after the last process that uses it.
 *
 * @param running gives the engine once it answers
 * @throws where the engine ends at once or does not answer within 30 s
 */
export async function startEngine<Engine>(running: () => Promise<Engine | undefined>): Promise<Engine> {
  report(`starting dockerd in the background; it stops when nothing here uses it any more (log: ${logFile})`);
  const keeper = startKeeper();
  const deadline = Date.now() + 30_000;
  let isLeased = false;
  while (Date.now() < deadline) {
    isLeased ||= await leaseEngine();
    const engine = isLeased ? await running() : undefined;
    if (engine) return engine;
    // A keeper that has ended failed, unless it found another one at work.
    if (keeper.exitCode !== null && !(await leaseEngine())) break;
    await setTimeout(100);
  }
  throw new Error(`dockerd does not start (log: ${logFile})`);
}

function startKeeper(): ChildProcess {
  // Should the keeper be killed, its engine must not stay.
  const engine = ['setpriv', '--pdeathsig', 'TERM', 'dockerd'];
  const keeper = spawn(
    process.execPath,
    [join(import.meta.dirname, 'engine-keeper.ts'), keeperAddress, logFile, ...engine],
    { detached: true, stdio: 'ignore', env: { ...process.env, PATH: commandPath } },
  );
  keeper.unref();
  return keeper;
}
