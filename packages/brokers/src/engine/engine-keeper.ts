// A program: runs a Docker engine, and ends it when no process holds a lease on it any more.
// Its arguments: the address where leases are asked for, the file for the engine's log, and the engine's command.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { socketPath } from './lease-engine.ts';

/** How long, in ms, the engine outlives its last lease: the next step of one run should find it running. */
const grace = 2_000;
/** How long, in ms, whoever started this has to take the first lease. */
const firstGrace = 30_000;

const [address = '', logFile = '', command = '', ...args] = process.argv.slice(2);
let leases = 0;
let engine: ReturnType<typeof spawn> | undefined;
let timer: NodeJS.Timeout | undefined;

const server = createServer((lease) => {
  // While the engine stops, this goes on to answer, so that nobody takes the stopping engine for another's.
  if (engine?.killed) {
    lease.end();
    return;
  }
  clearTimeout(timer);
  leases += 1;
  lease.on('error', () => {});
  lease.on('close', () => {
    leases -= 1;
    if (leases === 0) stopAfter(grace);
  });
  lease.resume();
  lease.write('granted\n');
});

// Where another keeper is at work already, this one is not needed.
server.on('error', () => process.exit());
server.listen(socketPath(address), () => {
  const log = openSync(logFile, 'w');
  engine = spawn(command, args, { stdio: ['ignore', log, log] });
  engine.on('error', () => process.exit(1));
  engine.on('exit', () => process.exit());
  process.on('SIGTERM', () => engine?.kill('SIGTERM'));
  stopAfter(firstGrace);
});

function stopAfter(delay: number): void {
  timer = setTimeout(() => engine?.kill('SIGTERM'), delay);
}
