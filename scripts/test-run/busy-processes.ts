import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

// It checks now and then whether its parent is still there, because a killed parent does not stop it.
const keepBusy = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
    for (const end = Date.now() + 100; Date.now() < end; );
  }, 0);
`;

/** Keeps every processor busy, with one process each of ordinary priority, until the returned function is called. */
export function startBusyProcesses(): () => void {
  const processes: ChildProcess[] = [];
  for (let started = 0; started < availableParallelism(); started++) {
    processes.push(spawn(process.execPath, ['--eval', keepBusy], { stdio: 'ignore' }));
  }
  return () => {
    for (const busy of processes) busy.kill('SIGKILL');
  };
}
