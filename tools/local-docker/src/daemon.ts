import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { commandPath } from './commands.ts';

/** The lock of a dockerd that was started here: it runs as long as some process holds a shared lock on this file. */
const dockerLock = '/run/waybill-dockerd.lock';

/**
 * Keeps a daemon that `startDaemon` started running until this process ends, also if another process started it. Waits
 * while it is stopping. Does nothing where no daemon was started.
 *
 * @param lock the daemon's lock file
 */
export async function holdDaemon(lock: string = dockerLock): Promise<void> {
  if (!existsSync(lock)) return;
  // The operating system closes the pipe to `cat` when this process ends, however it ends.
  const holder = spawn('flock', ['--shared', lock, 'sh', '-c', 'echo locked; exec cat'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(holder.stdout, 'data');
  holder.unref();
  for (const pipe of [holder.stdin, holder.stdout]) (pipe as Socket).unref();
}

/** Starts a daemon in the background. It stops when the last process that holds its lock ends; this one holds it. */
export async function startDaemon(
  command: readonly string[],
  log: string,
  lock: string = dockerLock,
): Promise<void> {
  writeFileSync(lock, '', { flag: 'a' });
  await holdDaemon(lock);
  spawn('sh', [join(import.meta.dirname, 'run-daemon.sh'), lock, log, ...command], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PATH: commandPath },
  }).unref();
}
