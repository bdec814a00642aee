import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process for good: host, process id and when it started, because process ids are used again. */
export function thisOwner(): string {
  return ownerOf(process.pid, startOf(process.pid));
}

/**
 * Whether the process that an owner names may still run. One of another host, which may share the engine, always
 * may: only its own host can tell.
 */
export function isAlive(owner: string): boolean {
  const [host, pid] = owner.split('/');
  if (host !== hostname()) return true;
  return owner === ownerOf(Number(pid), startOf(Number(pid)));
}

function ownerOf(pid: number, start: string | undefined): string {
  return `${hostname()}/${pid}/${start}`;
}

/** When a process started, in the words of its system; undefined if there is no such process. */
function startOf(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? startInProc(pid) : startByPs(pid);
}

function startInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name comes second, in parentheses, and may hold anything; the state is third, the start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return start.trim().replaceAll(' ', '_');
  } catch {
    return undefined;
  }
}
