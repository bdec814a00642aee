import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { thisOwner } from './owner.ts';

let isWatched = false;

/**
 * Starts, once, a process that removes this one's containers when this one ends, however it ends: the operating
 * system closes the pipe between them.
 */
export function watchRun(): void {
  if (isWatched) return;
  isWatched = true;
  const watcher = spawn(process.execPath, [join(import.meta.dirname, 'run-watcher.ts'), thisOwner()], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as Socket).unref();
}
