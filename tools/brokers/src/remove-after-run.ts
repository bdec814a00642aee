import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';

const run: string = randomUUID();

/** The label of every container that this process starts. */
export const runLabel: { readonly 'waybill.run': string } = { 'waybill.run': run };

let isStarted = false;

/**
 * Starts, once, a process that removes the containers with this process's label when this process ends, also when it is
 * killed: the operating system closes the pipe between them.
 */
export function removeAfterRun(): void {
  if (isStarted) return;
  isStarted = true;
  const program = join(import.meta.dirname, 'remove-containers.ts');
  const remover = spawn(process.execPath, [program, `waybill.run=${run}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  remover.unref();
  (remover.stdin as Socket).unref();
}
