import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** The content of a folder as a tar stream, owners and modes kept. */
export function archive(directory: string): Readable {
  return spawn('tar', ['-C', directory, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}
